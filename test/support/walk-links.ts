/** A resource, as far as its links go. */
export interface Linked {
  _links: Record<string, { href: string }>;
}

export interface Answer {
  status: number;
  /** Null where it is no JSON document. */
  body: unknown;
}

export type Ask = (method: string, url: string, body?: object) => Promise<Answer>;

/** Links that are no operations, whatever their name says. */
const readable = new Set(['#current-deployment']);

/**
 * Reads everything that can be reached by links from a URL on, each once, and says what is wrong with them:
 * a link that leads nowhere, a resource that has another address than where it was found, or looks different there.
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

export function isLinked(value: unknown): value is Linked {
  return typeof value === 'object' && value !== null && '_links' in value;
}

export function hrefOf({ _links }: Linked, name: string): string {
  return _links[name]?.href ?? `no link ${name}`;
}

/** What a resource's operations are called with, by kind: with everything that may be missing, and nothing else. */
const operations: Record<string, Record<string, { method?: string; part?: string; body?: object }>> = {
  project: { edit: { method: 'PATCH', part: '' }, delete: { method: 'DELETE', part: '' } },
  integration: {
    edit: { method: 'PATCH', part: '' },
    validate: {},
    hook: {},
    'hook-secret': {},
    prune: {},
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
};

export interface Operation {
  name: string;
  /** Whether the resource says that it can be done now. */
  isOffered: boolean;
  method: string;
  href: string;
  body?: object;
}

/** Every operation that a resource of its kind can have, those too that it has no link to. */
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

/** Operations that a resource offers and of which nothing is known here. */
export function unknownOperations(resource: Linked): string[] {
  const known = new Set(operationsOf(resource).map(({ name }) => `#${name}`));
  return Object.keys(resource._links).filter(
    (name) => name.startsWith('#') && !known.has(name) && !readable.has(name),
  );
}

/** By its path; the ids of environments have slashes. */
function kindOf(self: string): string {
  const path = new URL(self).pathname.replace(/^\/projects/, '');
  const kinds: [string, RegExp][] = [
    ['project', /^\/[^/]+$/],
    ['integration', /^\/[^/]+\/integrations\/[^/]+$/],
    ['activity', /\/activities\/[^/]+$/],
    ['deployment', /\/deployments\/[^/]+$/],
    ['environment', /^\/[^/]+\/environments\/.+$/],
  ];
  return kinds.find(([, pattern]) => pattern.test(path))?.[0] ?? '';
}
