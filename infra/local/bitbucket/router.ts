import type { Bitbucket } from './bitbucket.ts';
import type { Principal, Scope } from './credentials.ts';
import { ApiError, unknownResource } from './errors.ts';

/** One authenticated call of the REST API. */
export interface Call {
  readonly bitbucket: Bitbucket;
  readonly principal: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  /** Nothing for 204. */
  readonly body?: Record<string, unknown>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `{name}` takes one segment, `{name+}` all that follow: branch names have slashes. */
  readonly path: string;
  readonly scopes: readonly Scope[];
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiError(400, 'Bad request', { detail: 'The path is not valid percent-encoding.' });
  }
}

function expressionOf(pattern: string): RegExp {
  const source = pattern.replace(/\{(\w+)(\+?)\}/g, (_, name: string, rest: string) =>
    rest === '+' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}$`);
}

/** The decoded parameters of a path, or undefined where the pattern does not fit. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const match = expressionOf(pattern).exec(path.replace(/\/+$/, ''));
  if (match === null) return undefined;
  return Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, text]) => [name, decode(text)]));
}

export interface Match {
  readonly route: Route;
  readonly params: Record<string, string>;
}

/** Finds the route of a call; throws the API's 404 or 405. */
export function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const matches = routes.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  const match = matches.find(({ route }) => route.method === method);
  if (match !== undefined) return match;
  if (matches.length > 0) throw new ApiError(405, `Method ${method} is not allowed here.`);
  throw unknownResource();
}
