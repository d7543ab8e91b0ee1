import { formsOf } from './request-target.ts';

/** The methods that reach the API. */
export type ApiMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

const project = '/projects/{project}';
const integration = `${project}/integrations/{integration}`;
const environment = `${project}/environments/{environment+}`;
const variable = `${project}/variables/{variable}`;

/**
 * The operations of the management API that the page may call. `{name}` stands for one segment, `{name+}` for one or
 * more. Missing are routes of builds and webhooks, and those that need no AWS identity.
 */
export const allowedRoutes: Readonly<Record<ApiMethod, readonly string[]>> = {
  GET: [
    '/me',
    '/projects',
    project,
    `${project}/mirror`,
    `${project}/changes`,
    `${project}/integrations`,
    integration,
    `${integration}/board`,
    `${integration}/deliveries`,
    `${integration}/activities`,
    `${integration}/activities/{activity}`,
    `${integration}/activities/{activity}/log`,
    `${project}/activities`,
    `${project}/activities/{activity}`,
    `${project}/activities/{activity}/log`,
    `${project}/environments`,
    `${project}/variables`,
    variable,
    `${environment}/variables`,
    `${environment}/variables/{variable}`,
    environment,
    `${environment}/activities`,
    `${environment}/activities/{activity}`,
    `${environment}/activities/{activity}/log`,
    `${environment}/deployments`,
    `${environment}/deployments/{deployment}`,
    '/dead-letters',
    '/doctor',
  ],
  POST: [
    '/projects',
    `${project}/integrations`,
    `${integration}/validate`,
    `${integration}/prune`,
    `${integration}/hook-secret`,
    `${integration}/renew-links`,
    `${integration}/activities/{activity}/cancel`,
    `${project}/activities/{activity}/cancel`,
    `${environment}/activities/{activity}/cancel`,
    `${environment}/activate`,
    `${environment}/deactivate`,
    `${environment}/redeploy`,
    `${environment}/merge`,
    `${environment}/synchronize`,
    `${environment}/branch`,
    `${project}/variables`,
    `${environment}/variables`,
    '/dead-letters/replay',
    '/dead-letters/drop',
  ],
  PATCH: [project, integration, environment, variable, `${environment}/variables/{variable}`],
  DELETE: [project, integration, environment, variable, `${environment}/variables/{variable}`],
};

const patterns: Readonly<Record<ApiMethod, readonly RegExp[]>> = {
  GET: allowedRoutes.GET.map(compile),
  POST: allowedRoutes.POST.map(compile),
  PATCH: allowedRoutes.PATCH.map(compile),
  DELETE: allowedRoutes.DELETE.map(compile),
};

function compile(route: string): RegExp {
  const source = route.replace(/\{\w+(\+?)\}/g, (_, many: string) => (many ? '.+' : '[^/]+'));
  return new RegExp(`^${source}$`, 's');
}

/** True when the page may call this path. The path must match in each form that decoding can give it. */
export function isAllowed(method: ApiMethod, path: string): boolean {
  const forms = formsOf(path);
  return forms?.every((form) => patterns[method].some((pattern) => pattern.test(form))) ?? false;
}
