import { type Api, path } from '../../api/client.ts';
import { Deployment, type Environment, type Project } from '../../api/resources.ts';

export interface Route {
  url: string;
  primary: boolean | null;
}

/**
 * Where an environment is; null before it was deployed.
 * The best first: primary before the others, HTTPS before HTTP, short before long.
 */
export async function readRoutes(
  api: Api,
  project: Project,
  { id }: Pick<Environment, 'id'>,
): Promise<Route[] | null> {
  const deployment = await api.find(
    path`/projects/${project.id}/environments/${id}/deployments/current`,
    Deployment,
  );
  if (!deployment) return null;
  const rank = ({ url, primary }: Route) => (primary ? 4 : 0) + (url.startsWith('https:') ? 2 : 0);
  return Object.entries(deployment.routes)
    .map(([url, route]) => ({ url, primary: route.primary }))
    .sort((a, b) => rank(b) - rank(a) || a.url.length - b.url.length);
}
