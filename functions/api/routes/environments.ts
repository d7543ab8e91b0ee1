import * as z from 'zod/mini';
import { AcceptedEnvironment } from '../../../shared/api/accepted.ts';
import { Activity } from '../../../shared/api/activity.ts';
import { Deployment } from '../../../shared/api/deployment.ts';
import { Environment as EnvironmentResource, EnvironmentRow } from '../../../shared/api/environment.ts';
import type { Action } from '../../../shared/domain/environments/actions.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import { BoughError } from '../../../shared/errors.ts';
import {
  type Acted,
  actOnEnvironment,
  branchEnvironment,
} from '../../../shared/workflow/environments/act-on-environment.ts';
import { updateEnvironment } from '../../../shared/workflow/environments/update-environment.ts';
import { type ApiRequest, type ApiResponse, changed, created, json } from '../framework/http.ts';
import { firstOf, listResponse } from '../framework/pages.ts';
import { type Route, route } from '../framework/route.ts';
import { ActivityQuery } from '../inputs/activities.ts';
import { Confirmation, isConfirmed } from '../inputs/common.ts';
import {
  Activation,
  Branching,
  EnvironmentChanges,
  EnvironmentQuery,
  Merge,
  Synchronization,
  synchronization,
} from '../inputs/environments.ts';
import type { ApiPorts } from '../ports.ts';
import { listActivities } from '../queries/activities.ts';
import {
  showActivities,
  showDeployment,
  showEnvironment,
  showEnvironments,
  showRows,
} from '../queries/resources.ts';
import { selectEnvironments } from '../queries/select-environments.ts';
import { activityView } from '../views/activity.ts';
import { environmentUrl, projectUrl } from '../views/links.ts';
import { findProject } from './projects.ts';

const collection = '/projects/{project}/environments';
/** Ids are branch names and may contain slashes. */
const resource = `${collection}/{environment+}`;

/** Most rows are longer than this, in bytes. */
const shortestRow = 400;

interface Found {
  environment: Environment;
  project: Project;
}

/** The routes of environments and their deployments. */
export function environmentRoutes(ports: ApiPorts): Route[] {
  // `feature/activities` can be a branch or the activities of `feature`; git cannot have both branches.
  // A path is therefore first read as a part of an environment, and as an id if that environment does not exist.
  const find = (params: ApiRequest['params']) => findEnvironment(ports, params);
  const act = async ({ project, environment }: Found, action: Action): Promise<ApiResponse> =>
    responseTo(ports, project, await actOnEnvironment(ports, project.id, environment.id, action));
  const responses = { 200: AcceptedEnvironment };
  return [
    route({
      method: 'GET',
      path: collection,
      id: 'list-projects-environments',
      summary: "List a project's environments",
      find: (params) => findProject(ports, params),
      query: EnvironmentQuery,
      responses: { 200: z.union([z.array(EnvironmentResource), z.array(EnvironmentRow)]) },
      isPolled: true,
      async handle({ found: project, query }) {
        const all = ports.environments.pagesOf(project.id, query.after);
        const url = `${projectUrl(ports.apiUrl, project.id)}/environments`;
        const isRow = query.view === 'row';
        const { items, after } = await firstOf(selectEnvironments(all, query), {
          count: query.count,
          ...(isRow ? { shortest: shortestRow } : {}),
        });
        const page = { url, query };
        return isRow
          ? listResponse({ items: await showRows(ports, project, items), after }, page)
          : listResponse({ items: await showEnvironments(ports, project, items), after }, page);
      },
    }),
    route({
      method: 'GET',
      path: `${resource}/activities`,
      id: 'list-projects-environments-activities',
      summary: "List an environment's activities, newest first",
      find,
      query: ActivityQuery,
      responses: { 200: z.array(Activity) },
      isPolled: true,
      async handle({ found: { environment }, query }) {
        const { project, id } = environment;
        const { items, after } = await listActivities(ports, { project, environment }, query);
        const views = await showActivities(ports, project, items);
        const url = `${environmentUrl(ports.apiUrl, project, id)}/activities`;
        return listResponse({ items: views, after }, { url, query });
      },
    }),
    route({
      method: 'GET',
      path: `${resource}/deployments`,
      id: 'list-projects-environments-deployments',
      summary: 'List the current deployment of an environment, or none',
      find,
      responses: { 200: z.array(Deployment) },
      isPolled: true,
      async handle({ found: { environment, project } }) {
        const { deployment } = environment;
        return json(200, deployment ? [await showDeployment(ports, project, environment, deployment)] : []);
      },
    }),
    route({
      method: 'GET',
      path: `${resource}/deployments/{deployment}`,
      id: 'get-projects-environments-deployments',
      summary: 'Get the deployment of an environment with its routes, as `current` or by its id',
      find: async (params) => {
        const found = await find(params);
        return found && { ...found, id: params['deployment'] };
      },
      responses: { 200: Deployment },
      isPolled: true,
      async handle({ found: { environment, project, id } }) {
        const { deployment } = environment;
        if (!deployment)
          throw new BoughError('not_found', `The environment ${environment.id} has not been deployed.`);
        if (id !== 'current' && id !== deployment.id)
          throw new BoughError('not_found', `The environment ${environment.id} does not run ${id}.`, {
            remedy: 'Only the current deployment is stored; request `current`.',
          });
        return json(200, await showDeployment(ports, project, environment, deployment));
      },
    }),
    route({
      method: 'GET',
      path: resource,
      id: 'get-environment',
      summary: 'Get an environment',
      find,
      responses: { 200: EnvironmentResource },
      isPolled: true,
      handle: async ({ found: { environment, project } }) =>
        json(200, await showEnvironment(ports, project, environment)),
    }),
    route({
      method: 'PATCH',
      path: resource,
      id: 'update-projects-environments',
      summary:
        "Change an environment's title, type, parent, protection, restriction of robots or access control without deploying it",
      find,
      body: EnvironmentChanges,
      responses,
      async handle({ found: { environment, project }, body }) {
        const { title, type, parent, protected: isProtected, restrict_robots, http_access } = body;
        const changes = { title, type, parent, protected: isProtected, restrict_robots, http_access };
        const edited = await updateEnvironment(ports, project.id, environment.id, changes);
        return changed(await showEnvironment(ports, project, edited));
      },
    }),
    route({
      method: 'POST',
      path: `${resource}/activate`,
      id: 'activate-environment',
      summary: 'Activate an environment: copy its parent’s data and deploy it',
      find,
      body: Activation,
      responses,
      handle: ({ found, body: { resources, commit } }) =>
        act(found, { type: 'activate', commit, resources: resources?.init ?? undefined }),
    }),
    route({
      method: 'POST',
      path: `${resource}/deactivate`,
      id: 'deactivate-environment',
      summary: 'Deactivate an environment: delete its deployment and data, and keep its branch',
      find,
      query: Confirmation,
      responses,
      handle: ({ found, query }) =>
        act(found, { type: 'deactivate', confirmed: isConfirmed(query, found.environment.id) }),
    }),
    route({
      method: 'POST',
      path: `${resource}/redeploy`,
      id: 'redeploy-environment',
      summary: 'Deploy an environment again',
      find,
      responses,
      handle: ({ found }) => act(found, { type: 'redeploy' }),
    }),
    route({
      method: 'POST',
      path: `${resource}/merge`,
      id: 'merge-environment',
      summary: 'Always refused: merge branches in the repository',
      find,
      body: Merge,
      responses,
      handle: ({ found }) => act(found, { type: 'merge' }),
    }),
    route({
      method: 'POST',
      path: `${resource}/synchronize`,
      id: 'synchronize-environment',
      summary: 'Replace an environment’s data with a copy of its parent’s data',
      find,
      query: Confirmation,
      body: Synchronization,
      responses,
      handle: ({ found, query, body }) =>
        act(found, { ...synchronization(body), confirmed: isConfirmed(query, found.environment.id) }),
    }),
    route({
      method: 'DELETE',
      path: resource,
      id: 'delete-environment',
      summary: 'Delete an environment',
      find,
      query: Confirmation,
      responses,
      handle: ({ found, query }) =>
        act(found, { type: 'delete', confirmed: isConfirmed(query, found.environment.id) }),
    }),
    route({
      method: 'POST',
      path: `${resource}/branch`,
      id: 'branch-environment',
      summary: 'Create an environment from the code of another environment',
      find,
      body: Branching,
      responses: { 201: AcceptedEnvironment },
      async handle({ found: { project, environment: parent }, body }) {
        const { title, clone_parent, resources, ...given } = body;
        const branched = await branchEnvironment(ports, project.id, parent.id, {
          ...given,
          title: title ?? given.name,
          clone_parent: clone_parent ?? true,
          resources: resources?.init ?? undefined,
        });
        const { environment, activities } = await viewsOf(ports, project, branched);
        return created(environment, activities);
      },
    }),
  ];
}

async function viewsOf(ports: ApiPorts, project: Project, { environment, activity }: Acted) {
  const owned = { ...activity, project: project.id, environment: environment.id, integration: null };
  return {
    environment: await showEnvironment(ports, project, environment),
    activities: [activityView(owned, ports.apiUrl)],
  };
}

async function responseTo(ports: ApiPorts, project: Project, acted: Acted): Promise<ApiResponse> {
  const { environment, activities } = await viewsOf(ports, project, acted);
  return changed(environment, activities);
}

/** The environment that a path names, with its project; null when there is none. */
export async function findEnvironment(
  ports: Pick<ApiPorts, 'projects' | 'environments'>,
  params: ApiRequest['params'],
): Promise<Found | null> {
  const project = await findProject(ports, params);
  const environment = await ports.environments.get(project.id, params['environment'] ?? '');
  return environment && { environment, project };
}
