import type { Environment } from '../../api/resources.ts';
import { matcherOf, plural, sortBy, splitList } from '../../lists.ts';

/** The parsed options that select environments for deletion. */
export interface DeletionFilter {
  /** These add environments to the selection. */
  ids: readonly string[];
  type?: readonly string[] | undefined;
  status?: readonly string[] | undefined;
  inactive?: boolean | undefined;
  merged?: boolean | undefined;
  /** These remove environments from the selection. */
  onlyType?: readonly string[] | undefined;
  onlyStatus?: readonly string[] | undefined;
  exclude?: readonly string[] | undefined;
  excludeType?: readonly string[] | undefined;
  excludeStatus?: readonly string[] | undefined;
  allowDeleteParent?: boolean | undefined;
}

/** The selected environments and how they were found. */
export interface DeletionSelection {
  environments: Environment[];
  /** Lines that explain the selection. */
  messages: string[];
  /** Ids and patterns without a match. */
  unknown: string[];
}

/** Selects the environments to delete. Returns null when no option selects any. */
export function selectForDeletion(
  all: readonly Environment[],
  filter: DeletionFilter,
): DeletionSelection | null {
  const additions = additionsOf(all, filter);
  if (additions.length === 0) return null;
  const unknown = resolveIds(filter.ids, all).unknown;
  const messages = unknown.map((id) => `Environment not found: ${id}`);
  let selected = [...new Set(additions.flatMap(({ environments }) => environments))];
  for (const { explanation } of additions) messages.push(...explanation, '');
  for (const { excludes, explain } of exclusionsOf(all, filter)) {
    const left = selected.filter((environment) => !excludes(environment));
    const count = selected.length - left.length;
    if (count > 0) messages.push(...explain(count), '');
    selected = left;
  }
  return { environments: sortBy(selected, 'id'), messages, unknown };
}

interface Addition {
  environments: readonly Environment[];
  explanation: readonly string[];
}

/** The environments that each option adds. */
function additionsOf(all: readonly Environment[], filter: DeletionFilter): Addition[] {
  const [types, statuses] = [splitList(filter.type), splitList(filter.status)];
  const additions: Addition[] = [];
  const add = (environments: readonly Environment[], explain: (count: number) => string[]) =>
    void additions.push({ environments, explanation: explain(environments.length) });
  if (filter.ids.length > 0) {
    add(resolveIds(filter.ids, all).known, (count) => [`${plural(count, 'environment')} found by ID.`]);
  }
  if (filter.inactive) {
    const inactive = all.filter(({ status }) => status === 'inactive');
    add(inactive, (count) => [`${plural(count, 'inactive environment')} found.`]);
  }
  if (filter.merged) {
    // Environments of merged pull requests are deleted when the pull request is merged.
    add([], () => [
      '0 merged environments found.',
      'The environment of a pull request is deleted automatically when it is merged.',
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
  excludes(environment: Environment): boolean;
  explain(count: number): string[];
}

/** The rules that remove environments from the selection. */
function exclusionsOf(all: readonly Environment[], filter: DeletionFilter): Exclusion[] {
  const isExcluded = (value: string, only: DeletionFilter['onlyType'], not: DeletionFilter['excludeType']) =>
    splitList(not).includes(value) || (splitList(only).length > 0 && !splitList(only).includes(value));
  const named = resolveIds(filter.exclude ?? [], all).known;
  const parents = new Set(filter.allowDeleteParent ? [] : all.map(({ parent }) => parent));
  return [
    {
      excludes: ({ type }) => isExcluded(type, filter.onlyType, filter.excludeType),
      explain: (count) => [`${plural(count, 'environment')} excluded by type.`],
    },
    {
      excludes: ({ status }) => isExcluded(status, filter.onlyStatus, filter.excludeStatus),
      explain: (count) => [`${plural(count, 'environment')} excluded by status.`],
    },
    {
      excludes: (environment) => named.includes(environment),
      explain: (count) => [`${plural(count, 'environment')} excluded by ID.`],
    },
    {
      excludes: ({ id }) => parents.has(id),
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
 * Resolves ids and patterns, separated by commas or whitespace, where `*` and `%` match any characters.
 * A value that is the exact id of an environment is no pattern.
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
