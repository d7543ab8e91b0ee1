import { HttpError } from './errors.ts';

export interface Answer {
  readonly status: number;
  /** Nothing for 204. */
  readonly body?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface Pattern {
  readonly method: Method;
  /** `{name}` takes one segment, `{name+}` all that follow: branch names have slashes. */
  readonly path: string;
}

/** What a call of this method and path does; what it needs is the face's own to say. */
export interface Endpoint<Call> extends Pattern {
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, 'The path is not valid percent-encoding.');
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

interface Match<Route> {
  readonly route: Route;
  readonly params: Record<string, string>;
}

/** Finds the route of a call, undefined if the path has none; throws a 405 HttpError for another method. */
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
