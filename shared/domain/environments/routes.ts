/** A URL of an environment, in the shape of Upsun's API. */
export interface Route {
  url: string;
  type: 'upstream' | 'redirect';
  primary: boolean;
  upstream?: string;
  to?: string;
}

/** One entry of the file that a deployment writes to `$BOUGH_ROUTES`, keyed by URL. */
export interface RouteDefinition {
  type: 'upstream' | 'redirect';
  primary?: boolean | undefined;
  upstream?: string | undefined;
  to?: string | undefined;
}

/**
 * Turns a deployment's route definitions into the environment's routes. A URL whose host is `{default}`
 * (or `{all}`, which is equivalent with a single domain) lies below the environment's own URL.
 * At most one route is primary: the first upstream with `primary: true`, else the first upstream.
 */
export function resolveRoutes(definitions: Record<string, RouteDefinition>, environmentUrl: string): Route[] {
  const routes = Object.entries(definitions).map(([pattern, definition]) => ({
    url: withSlash(resolveUrl(pattern, environmentUrl)),
    type: definition.type,
    primary: definition.primary === true,
    ...(definition.upstream === undefined ? {} : { upstream: definition.upstream }),
    ...(definition.to === undefined ? {} : { to: resolveUrl(definition.to, environmentUrl) }),
  }));
  const primary =
    routes.find((route) => route.primary && route.type === 'upstream') ??
    routes.find((route) => route.type === 'upstream');
  return routes.map((route) => ({ ...route, primary: route === primary }));
}

/** The route that the build status links to. */
export function primaryRoute(routes: readonly Route[]): Route | undefined {
  return routes.find((route) => route.primary);
}

/** An HTTP URL without characters that end a link in a text. A definition may contain `{default}` or `{all}`. */
export const routeUrl = /^https?:\/\/(?:\{(?:default|all)\}|[\w*.{}[\]:-]+)(?:\/[^\s<>"]*)?$/;

/** The limits of a deployment's routes, which are stored in the environment's record. */
export const routeLimits = { routes: 100, url: 2_000, characters: 65_536 };

/** The routes of a deployment without definitions: the environment's own URL. */
export const defaultRoutes: Record<string, RouteDefinition> = {
  'https://{default}/': { type: 'upstream', primary: true },
};

function resolveUrl(pattern: string, environmentUrl: string): string {
  const base = withSlash(environmentUrl);
  const own = /^https?:\/\/\{(?:default|all)\}(\/.*)?$/.exec(pattern);
  return own ? base + (own[1] ?? '/').slice(1) : pattern.replace(/\{(?:default|all)\}/, new URL(base).host);
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
