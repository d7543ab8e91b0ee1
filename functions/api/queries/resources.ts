import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import type { Deployment, Environment } from '../../../shared/domain/environments/environment.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import type { Deletion, Project } from '../../../shared/domain/projects/project.ts';
import { findAccess } from '../../../shared/workflow/access/find-access.ts';
import {
  readActionContext,
  readActionContexts,
} from '../../../shared/workflow/environments/read-action-contexts.ts';
import type { ApiPorts } from '../ports.ts';
import { activityView, hasEnded } from '../views/activity.ts';
import { deploymentView } from '../views/deployment.ts';
import { environmentView } from '../views/environment.ts';
import { environmentRow } from '../views/environment-row.ts';
import { integrationView } from '../views/integration.ts';
import { projectView } from '../views/project.ts';

/** Each function reads the records that a resource's view depends on, and returns the view. */

type Stores = Pick<ApiPorts, 'projects' | 'environments' | 'integrations'>;
type Surroundings = Pick<ApiPorts, 'apiUrl' | 'sitesUrl' | 'region' | 'repositoryUrl' | 'pullRequestUrl'>;
type Ports = Stores & Surroundings;

/** The view of one environment. */
export async function showEnvironment(ports: Ports, project: Project, environment: Environment) {
  const [context, accessOf] = await Promise.all([
    readActionContext(ports, environment),
    findAccess(ports, project.id, [environment]),
  ]);
  return environmentView(context, accessOf(environment), project, ports);
}

/** The views of environments of one project. */
export async function showEnvironments(ports: Ports, project: Project, environments: readonly Environment[]) {
  const contextOf = await readActionContexts(ports, project.id, environments);
  const accessOf = await findAccess(ports, project.id, environments);
  return environments.map((environment) =>
    environmentView(contextOf(environment), accessOf(environment), project, ports),
  );
}

/** The view of an environment's deployment. */
export async function showDeployment(
  ports: Ports,
  project: Project,
  environment: Environment,
  deployment: Deployment,
) {
  const accessOf = await findAccess(ports, project.id, [environment]);
  return deploymentView(deployment, { environment, access: accessOf(environment) }, project, ports);
}

/** The rows of environments of one project. */
export async function showRows(ports: Ports, project: Project, environments: readonly Environment[]) {
  const integrations = await ports.integrations.listOf(project.id);
  const byId = new Map(integrations.map((integration) => [integration.id, integration]));
  return environments.map((environment) =>
    environmentRow(environment, byId.get(environment.integration) ?? null, project, ports),
  );
}

/** The view of one project. */
export async function showProject(ports: Ports, project: Project) {
  const [integration] = await ports.integrations.listOf(project.id);
  return projectView(project, integration ?? null, ports);
}

/** Above this number of projects, reading all integrations at once takes fewer reads than one per project. */
const few = 10;

/** The views of projects. */
export async function showProjects(ports: Ports, projects: readonly Project[]) {
  if (projects.length <= few) return Promise.all(projects.map((project) => showProject(ports, project)));
  const integrations = new Map((await all(ports.integrations.all())).map((one) => [one.project, one]));
  return projects.map((project) => projectView(project, integrations.get(project.id) ?? null, ports));
}

/** The view of one integration. */
export async function showIntegration(ports: Pick<Ports, 'projects' | 'apiUrl'>, integration: Integration) {
  return integrationView(integration, ports.apiUrl, await deletionOf(ports, integration.project));
}

/** The view of one activity. */
export async function showActivity(ports: Pick<Ports, 'projects' | 'apiUrl'>, activity: FinishedActivity) {
  const [view] = await showActivities(ports, activity.project, [activity]);
  return view;
}

/** The views of activities of one project. Only the views of open activities depend on the project. */
export async function showActivities(
  ports: Pick<Ports, 'projects' | 'apiUrl'>,
  project: string,
  activities: readonly FinishedActivity[],
) {
  const hasOpen = activities.some((activity) => !hasEnded(activity));
  const deletion = hasOpen ? await deletionOf(ports, project) : null;
  return activities.map((activity) => activityView(activity, ports.apiUrl, deletion));
}

async function deletionOf({ projects }: Pick<Stores, 'projects'>, id: string): Promise<Deletion | null> {
  return (await projects.get(id))?.deletion ?? null;
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of pages) found.push(one);
  return found;
}
