/** A route of an HTTP API. */
export interface Route<T> {
  /** `<METHOD> <path>`, `ANY <path>` or `$default`. */
  readonly key: string;
  readonly target: T;
}

/** A route that matches a request. */
export interface RouteMatch<T> {
  readonly route: Route<T>;
  /** Undefined for a route without parameters. */
  readonly parameters: Readonly<Record<string, string>> | undefined;
}

/** Precedence of the kinds of segments: the highest number wins. */
const EXACTNESS = { literal: 3, parameter: 2, greedy: 1 } as const;

type Kind = keyof typeof EXACTNESS;

interface Segment {
  readonly kind: Kind;
  readonly text: string;
}

interface CompiledRoute<T> {
  readonly route: Route<T>;
  readonly method: string;
  readonly segments: readonly Segment[];
}

/**
 * Creates a function that finds the route for a method and a path. Literal segments precede `{parameters}`, which precede
 * `{greedy+}` ones; then a named method precedes ANY; `$default` is last.
 */
export function createRouter<T>(routes: readonly Route<T>[]) {
  const fallback = routes.find(({ key }) => key === '$default');
  const compiled = routes
    .filter(({ key }) => key !== '$default')
    .map(compile)
    .sort(byExactness);
  return (method: string, path: string): RouteMatch<T> | undefined => {
    const segments = split(path);
    for (const candidate of compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const parameters = match(candidate.segments, segments);
      if (parameters === undefined) continue;
      const none = Object.keys(parameters).length === 0;
      return { route: candidate.route, parameters: none ? undefined : parameters };
    }
    return fallback === undefined ? undefined : { route: fallback, parameters: undefined };
  };
}

function compile<T>(route: Route<T>): CompiledRoute<T> {
  const [method = '', path = ''] = route.key.split(' ');
  return { route, method, segments: split(path).map(compileSegment) };
}

function compileSegment(text: string): Segment {
  const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'literal', text };
  return { kind: plus === '+' ? 'greedy' : 'parameter', text: name };
}

function byExactness<T>(a: CompiledRoute<T>, b: CompiledRoute<T>): number {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index++) {
    const difference = exactness(b.segments[index]) - exactness(a.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function exactness(segment: Segment | undefined): number {
  return segment === undefined ? 0 : EXACTNESS[segment.kind];
}

function match(pattern: readonly Segment[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, { kind, text }] of pattern.entries()) {
    if (kind === 'greedy') {
      const rest = segments.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, [text]: rest };
    }
    const segment = segments[index];
    if (segment === undefined || segment === '') return matchEmpty(pattern, segments, kind);
    if (kind === 'literal' && segment !== text) return undefined;
    if (kind === 'parameter') parameters[text] = segment;
  }
  return pattern.length === segments.length ? parameters : undefined;
}

/** The root path is one empty segment. Anywhere else an empty segment matches nothing. */
function matchEmpty(pattern: readonly Segment[], segments: readonly string[], kind: Kind) {
  const root = pattern.length === 1 && segments.length === 1 && kind === 'literal' && pattern[0]?.text === '';
  return root && segments[0] === '' ? {} : undefined;
}

function split(path: string): string[] {
  return path.replace(/^\//, '').split('/');
}
