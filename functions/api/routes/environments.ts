import type { Action } from '../../../shared/domain/actions.ts';
import type { Environment } from '../../../shared/domain/environment.ts';
import type { Project } from '../../../shared/domain/project.ts';
import { BoughError } from '../../../shared/errors.ts';
import {
  type Acted,
  actOnEnvironment,
  branchEnvironment,
} from '../../../shared/workflow/act-on-environment.ts';
import { listActivities } from '../activities.ts';
import { type Answer, type ApiRequest, changed, created, json } from '../http.ts';
import { Activation, Branching, parseInput, parseSynchronization } from '../inputs.ts';
import type { ApiPorts } from '../ports.ts';
import type { Route } from '../router.ts';
import { activityView } from '../views/activity.ts';
import { deploymentView } from '../views/deployment.ts';
import { environmentView } from '../views/environment.ts';
import { findProject } from './projects.ts';

const collection = '/projects/{project}/environments';
/** Ids are branch names and may contain slashes. */
const resource = `${collection}/{environment+}`;

interface Found {
  environment: Environment;
  project: Project;
  query: URLSearchParams;
  /** The parsed body; nothing for one that is empty. */
  json: () => unknown;
}

export function environmentRoutes(ports: ApiPorts): Route[] {
  // `feature/activities` may be a branch, or the activities of `feature`; git never has both branches.
  // So a path is read as naming a part of an environment first, and if there is no such environment, as an id.
  const get = (path: string, answer: (found: Found) => Promise<Answer> | Answer): Route => ({
    method: 'GET',
    path,
    handle: async (request) => {
      const found = await findEnvironment(ports, request);
      return found && answer(found);
    },
  });
  const act = (method: 'POST' | 'DELETE', path: string, read: (body: () => unknown) => Action): Route => ({
    method,
    path,
    handle: async (request) => {
      const found = await findEnvironment(ports, request);
      if (!found) return null;
      const { project, environment } = found;
      return answerTo(
        ports,
        project,
        await actOnEnvironment(ports, project.id, environment.id, read(found.json)),
      );
    },
  });
  return [
    {
      method: 'GET',
      path: collection,
      handle: async ({ params }) => {
        const project = await findProject(ports, params);
        const environments = await ports.environments.listOf(project.id);
        return json(
          200,
          environments.map((environment) => environmentView(environment, project, ports)),
        );
      },
    },
    get(`${resource}/activities`, async ({ environment, query }) => {
      const activities = await listActivities(ports, { project: environment.project, environment }, query);
      return json(
        200,
        activities.map((activity) => activityView(activity, ports.apiUrl)),
      );
    }),
    get(`${resource}/deployments/current`, ({ environment, project }) => {
      const { deployment, id } = environment;
      if (!deployment) throw new BoughError('not_found', `The environment ${id} has not been deployed.`);
      return json(200, deploymentView(deployment, environment, project, ports));
    }),
    get(resource, ({ environment, project }) => json(200, environmentView(environment, project, ports))),
    act('POST', `${resource}/activate`, (body) => {
      const { resources, commit } = parseInput(Activation, body());
      return { type: 'activate', commit, resources: resources?.init ?? undefined };
    }),
    act('POST', `${resource}/deactivate`, () => ({ type: 'deactivate' })),
    act('POST', `${resource}/redeploy`, () => ({ type: 'redeploy' })),
    act('POST', `${resource}/merge`, () => ({ type: 'merge' })),
    act('POST', `${resource}/synchronize`, (body) => parseSynchronization(body())),
    act('DELETE', resource, () => ({ type: 'delete' })),
    {
      method: 'POST',
      path: `${resource}/branch`,
      handle: async (request) => {
        const found = await findEnvironment(ports, request);
        if (!found) return null;
        const { title, clone_parent, resources, ...given } = parseInput(Branching, found.json());
        const branched = await branchEnvironment(ports, found.project.id, found.environment.id, {
          ...given,
          title: title ?? given.name,
          clone_parent: clone_parent ?? true,
          resources: resources?.init ?? undefined,
        });
        const { environment, activities } = viewsOf(ports, found.project, branched);
        return created(environment, activities);
      },
    },
  ];
}

function viewsOf(ports: ApiPorts, project: Project, { environment, activity }: Acted) {
  const owned = { ...activity, project: project.id, environment: environment.id, integration: null };
  return {
    environment: environmentView(environment, project, ports),
    activities: [activityView(owned, ports.apiUrl)],
  };
}

function answerTo(ports: ApiPorts, project: Project, acted: Acted): Answer {
  const { environment, activities } = viewsOf(ports, project, acted);
  return changed(environment, activities);
}

async function findEnvironment(
  ports: ApiPorts,
  { params, query, json: body }: ApiRequest,
): Promise<Found | null> {
  const project = await findProject(ports, params);
  const environment = await ports.environments.get(project.id, params['environment'] ?? '');
  return environment && { environment, project, query, json: body };
}
