import type { Bitbucket } from '../bitbucket.ts';
import type { Resource } from '../resources.ts';
import { HttpError } from './errors.ts';

/** One authenticated call of a REST API. */
export interface ApiCall<Principal> {
  readonly bitbucket: Bitbucket;
  readonly principal: Principal;
  /** The decoded parameters of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly body: unknown;
}

/** The response of an API operation. */
export interface ApiResponse {
  readonly status: number;
  /** Absent for an empty body. */
  readonly body?: Resource;
  readonly headers?: Record<string, string>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface Pattern {
  readonly method: Method;
  /** `{name}` matches one segment, `{name+}` the rest of the path, since branch names contain slashes. */
  readonly path: string;
}

/** One operation of an API. Each product adds the permissions that the operation requires. */
export interface Endpoint<Call> extends Pattern {
  readonly handle: (call: Call) => ApiResponse | Promise<ApiResponse>;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, 'The path is not valid percent-encoding.');
  }
}

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\{(\w+)(\+?)\}/g, (_, name: string, rest: string) =>
    rest === '+' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}$`);
}

/** The decoded parameters of a path, without regard to trailing slashes; undefined when it does not match. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const match = toRegExp(pattern).exec(path.replace(/\/+$/, ''));
  if (match === null) return undefined;
  return Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, text]) => [name, decode(text)]));
}

interface Match<Route> {
  readonly route: Route;
  readonly params: Record<string, string>;
}

/** Finds the route of a call: undefined for an unknown path, a 405 HttpError for an unknown method. */
export function findRoute<Route extends Pattern>(
  routes: readonly Route[],
  method: string,
  path: string,
): Match<Route> | undefined {
  const matches = routes.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  const match = matches.find(({ route }) => route.method === method);
  if (match === undefined && matches.length > 0) {
    throw new HttpError(405, `Method ${method} is not allowed here.`);
  }
  return match;
}
