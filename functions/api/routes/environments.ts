import type { Environment } from '../../../shared/domain/environment.ts';
import type { Project } from '../../../shared/domain/project.ts';
import { BoughError } from '../../../shared/errors.ts';
import { listActivities } from '../activities.ts';
import { type Answer, type ApiRequest, json } from '../http.ts';
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
  ];
}

async function findEnvironment(ports: ApiPorts, { params, query }: ApiRequest): Promise<Found | null> {
  const project = await findProject(ports, params);
  const environment = await ports.environments.get(project.id, params['environment'] ?? '');
  return environment && { environment, project, query };
}
