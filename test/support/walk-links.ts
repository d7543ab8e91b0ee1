/** A resource with links. */
export interface Linked {
  _links: Record<string, { href: string }>;
}

/** A response of the API. */
export interface Answer {
  status: number;
  /** The parsed body; null when it is not JSON. */
  body: unknown;
}

/** Sends a request to the API. */
export type Ask = (method: string, url: string, body?: object) => Promise<Answer>;

/** Links that are not operations, although their names begin with `#`. */
const readable = new Set(['#current-deployment']);

/**
 * Reads every resource that is reachable by links from a URL, each once, and collects problems: a link that leads
 * nowhere, and a resource whose `self` is another URL or has other content.
 */
export async function walkLinks(ask: Ask, root: string) {
  const resources = new Map<string, Linked>();
  const problems: string[] = [];
  const seen = new Set<string>();
  const ahead = [root];
  const follow = (resource: Linked) => {
    const names = Object.keys(resource._links).filter((name) => !name.startsWith('#') || readable.has(name));
    ahead.push(...names.map((name) => hrefOf(resource, name)));
  };
  for (let href = ahead.shift(); href !== undefined; href = ahead.shift()) {
    if (seen.has(href)) continue;
    seen.add(href);
    const { status, body } = await ask('GET', href);
    if (status !== 200) problems.push(`${href}: ${status}`);
    for (const resource of linkedIn(body)) {
      const self = hrefOf(resource, 'self');
      if (!Array.isArray(body) && self !== href) problems.push(`${href}: calls itself ${self}`);
      const known = resources.get(self);
      if (known && JSON.stringify(known) !== JSON.stringify(resource))
        problems.push(`${href}: two of ${self}`);
      resources.set(self, resource);
      follow(resource);
    }
  }
  return { resources: [...resources.values()], problems, seen };
}

function linkedIn(body: unknown): Linked[] {
  return (Array.isArray(body) ? body : [body]).filter(isLinked);
}

/** True for an object with links. */
export function isLinked(value: unknown): value is Linked {
  return typeof value === 'object' && value !== null && '_links' in value;
}

/** The URL of a link. */
export function hrefOf({ _links }: Linked, name: string): string {
  return _links[name]?.href ?? `no link ${name}`;
}

/** The bodies of operations, by kind of resource, without optional fields. */
const operations: Record<string, Record<string, { method?: string; part?: string; body?: object }>> = {
  project: { edit: { method: 'PATCH', part: '' }, delete: { method: 'DELETE', part: '' } },
  integration: {
    edit: { method: 'PATCH', part: '' },
    validate: {},
    hook: {},
    'hook-secret': {},
    prune: {},
    'renew-links': {},
    delete: { method: 'DELETE', part: '' },
  },
  environment: {
    edit: { method: 'PATCH', part: '' },
    synchronize: { body: { synchronize_data: true } },
    redeploy: {},
    branch: { body: { name: 'made-here', resources: { init: 'default' } } },
    merge: {},
    activate: { body: { resources: { init: 'default' } } },
    deactivate: {},
    delete: { method: 'DELETE', part: '' },
  },
  activity: { cancel: {} },
  variable: { edit: { method: 'PATCH', part: '' }, delete: { method: 'DELETE', part: '' } },
};

/** An operation on a resource. */
export interface Operation {
  name: string;
  /** True when the resource links the operation. */
  isOffered: boolean;
  method: string;
  href: string;
  body?: object;
}

/** Every operation that a resource of this kind can have, including operations that it does not link. */
export function operationsOf(resource: Linked): Operation[] {
  const self = hrefOf(resource, 'self');
  const known = operations[kindOf(self)] ?? {};
  return Object.entries(known).map(([name, { method = 'POST', part = `/${name}`, body }]) => {
    const offered = resource._links[`#${name}`];
    return {
      name,
      isOffered: offered !== undefined,
      method,
      href: offered?.href ?? self + part,
      ...(body && { body }),
    };
  });
}

/** Operations that a resource links and that this file does not know. */
export function unknownOperations(resource: Linked): string[] {
  const known = new Set(operationsOf(resource).map(({ name }) => `#${name}`));
  return Object.keys(resource._links).filter(
    (name) => name.startsWith('#') && !known.has(name) && !readable.has(name),
  );
}

/** The kind of a resource, by its path. The ids of environments contain slashes. */
function kindOf(self: string): string {
  const path = new URL(self).pathname.replace(/^\/projects/, '');
  const kinds: [string, RegExp][] = [
    ['project', /^\/[^/]+$/],
    ['integration', /^\/[^/]+\/integrations\/[^/]+$/],
    ['variable', /\/variables\/[^/]+$/],
    ['activity', /\/activities\/[^/]+$/],
    ['deployment', /\/deployments\/[^/]+$/],
    ['environment', /^\/[^/]+\/environments\/.+$/],
  ];
  return kinds.find(([, pattern]) => pattern.test(path))?.[0] ?? '';
}
