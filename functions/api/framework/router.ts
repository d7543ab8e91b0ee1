import type { ApiRequest, ApiResponse } from './http.ts';
import type { Route } from './route.ts';

/** Bytes of an id in a path: a longer one does not fit into a key of the table. */
export const longestParameter = 1000;

/** Finds the route of a request and resolves to its response; null when no route has one. */
export type Router = (
  method: string,
  path: string,
  request: Omit<ApiRequest, 'params'>,
) => Promise<ApiResponse | null>;

/**
 * Creates a router. API Gateway's HTTP APIs decode the path twice, other servers pass the path as it was sent.
 * The router therefore tries the path as it came, decoded once, and decoded twice, until a route responds.
 */
export function createRouter(routes: readonly Route[]): Router {
  const compiled = routes.map((route) => ({ ...route, pattern: compile(route.path) }));
  return async (method, path, request) => {
    for (const candidate of new Set([path, decode(path), decode(decode(path))])) {
      for (const route of compiled) {
        const params = route.method === method ? match(route.pattern, candidate) : null;
        const response = params && (await route.respond({ ...request, params }));
        if (response) return response;
      }
    }
    return null;
  };
}

function compile(path: string): RegExp {
  const source = path.replace(/\{(\w+)(\+?)\}/g, (_, name: string, many: string) =>
    many ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}/?$`, 's');
}

function match(pattern: RegExp, path: string): Record<string, string> | null {
  const found = pattern.exec(path);
  if (!found) return null;
  const params = { ...found.groups };
  return Object.values(params).some((value) => Buffer.byteLength(value) > longestParameter) ? null : params;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that starts no escape sequence is literal, as in the branch `50%-off`.
    return path;
  }
}
