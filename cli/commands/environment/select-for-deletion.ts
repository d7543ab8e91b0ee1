import type { Environment } from '../../api/resources.ts';
import { matcherOf, plural, sortBy, splitList } from '../../lists.ts';

/** Which environments shall be deleted, as the parser hands it over. */
export interface Wanted {
  /** What selects them. */
  ids: readonly string[];
  type?: readonly string[] | undefined;
  status?: readonly string[] | undefined;
  inactive?: boolean | undefined;
  merged?: boolean | undefined;
  /** What leaves some of them out. */
  onlyType?: readonly string[] | undefined;
  onlyStatus?: readonly string[] | undefined;
  exclude?: readonly string[] | undefined;
  excludeType?: readonly string[] | undefined;
  excludeStatus?: readonly string[] | undefined;
  allowDeleteParent?: boolean | undefined;
}

export interface Selected {
  environments: Environment[];
  /** What was found and left out, in lines. */
  told: string[];
  /** Ids that nothing has. */
  unknown: string[];
}

/** Of all environments those that shall be deleted. Null when nothing says which. */
export function selectForDeletion(all: readonly Environment[], wanted: Wanted): Selected | null {
  const additions = additionsOf(all, wanted);
  if (additions.length === 0) return null;
  const unknown = resolveIds(wanted.ids, all).unknown;
  const told = unknown.map((id) => `Environment not found: ${id}`);
  let selected = [...new Set(additions.flatMap(({ environments }) => environments))];
  for (const { explanation } of additions) told.push(...explanation, '');
  for (const { spares, explain } of exclusionsOf(all, wanted)) {
    const left = selected.filter((environment) => !spares(environment));
    const count = selected.length - left.length;
    if (count > 0) told.push(...explain(count), '');
    selected = left;
  }
  return { environments: sortBy(selected, 'id'), told, unknown };
}

interface Addition {
  environments: readonly Environment[];
  explanation: readonly string[];
}

/** What each given option selects. */
function additionsOf(all: readonly Environment[], wanted: Wanted): Addition[] {
  const [types, statuses] = [splitList(wanted.type), splitList(wanted.status)];
  const additions: Addition[] = [];
  const add = (environments: readonly Environment[], explain: (count: number) => string[]) =>
    void additions.push({ environments, explanation: explain(environments.length) });
  if (wanted.ids.length > 0) {
    add(resolveIds(wanted.ids, all).known, (count) => [`${plural(count, 'environment')} found by ID.`]);
  }
  if (wanted.inactive) {
    const inactive = all.filter(({ status }) => status === 'inactive');
    add(inactive, (count) => [`${plural(count, 'inactive environment')} found.`]);
  }
  if (wanted.merged) {
    // Nobody counts commits here; but what is merged in the repository is gone already.
    add([], () => [
      '0 merged environments found.',
      'When a pull request is merged, its environment is deleted without being asked for.',
    ]);
  }
  if (types.length > 0) {
    const found = all.filter(({ type }) => types.includes(type));
    add(found, (count) => [`${plural(count, 'environment')} found matching type(s): ${types.join(', ')}`]);
  }
  if (statuses.length > 0) {
    const found = all.filter(({ status }) => statuses.includes(status));
    add(found, (count) => [
      `${plural(count, 'environment')} found with the status(es): ${statuses.join(', ')}`,
    ]);
  }
  return additions;
}

interface Exclusion {
  spares(environment: Environment): boolean;
  explain(count: number): string[];
}

/** What is left out of the selection, and why. */
function exclusionsOf(all: readonly Environment[], wanted: Wanted): Exclusion[] {
  const isSpared = (value: string, only: Wanted['onlyType'], not: Wanted['excludeType']) =>
    splitList(not).includes(value) || (splitList(only).length > 0 && !splitList(only).includes(value));
  const named = resolveIds(wanted.exclude ?? [], all).known;
  const parents = new Set(wanted.allowDeleteParent ? [] : all.map(({ parent }) => parent));
  return [
    {
      spares: ({ type }) => isSpared(type, wanted.onlyType, wanted.excludeType),
      explain: (count) => [`${plural(count, 'environment')} excluded by type.`],
    },
    {
      spares: ({ status }) => isSpared(status, wanted.onlyStatus, wanted.excludeStatus),
      explain: (count) => [`${plural(count, 'environment')} excluded by status.`],
    },
    {
      spares: (environment) => named.includes(environment),
      explain: (count) => [`${plural(count, 'environment')} excluded by ID.`],
    },
    {
      spares: ({ id }) => parents.has(id),
      explain: (count) => [
        count === 1
          ? '1 environment excluded as it has child environment(s).'
          : `${count} environments excluded as they have child environment(s).`,
        'You can skip this check using: --allow-delete-parent',
      ],
    },
  ];
}

/**
 * The environments that ids stand for: split by commas and whitespace, with `*` and `%` for any characters.
 * What is the whole id of an environment means that one alone, whatever is in it.
 */
function resolveIds(given: readonly string[], all: readonly Environment[]) {
  const isId = (text: string) => all.some(({ id }) => id === text);
  const patterns = given.flatMap((value) => (isId(value) ? [value] : splitList([value])));
  const known: Environment[] = [];
  const unknown: string[] = [];
  for (const pattern of patterns) {
    const matches = isId(pattern) ? (id: string) => id === pattern : matcherOf(pattern);
    const found = all.filter(({ id }) => matches(id));
    known.push(...found);
    if (found.length === 0) unknown.push(pattern);
  }
  return { known: [...new Set(known)], unknown };
}
