import { type Api, path } from '../../api/client.ts';
import { Deployment, type Environment, type Project } from '../../api/resources.ts';

/** One URL of an environment. */
export interface Route {
  url: string;
  primary: boolean | null;
}

/**
 * The URLs of an environment's current deployment; null without one.
 * Order as in Upsun's CLI: primary first, then HTTPS before HTTP, then shorter URLs.
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
