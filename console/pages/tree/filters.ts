import type { EnvironmentRow } from '../../../shared/api/environment.ts';
import { type Condition, conditionOf, conditions } from '../../components/environment-status.tsx';
import type { Order } from './forest.ts';

/** The kinds of environments. */
export type Kind = 'branch' | 'pull_request';

/** Which environments the tree shows, and how. The address has all of it. */
export interface Filters {
  readonly text: string;
  /** Empty for all. */
  readonly conditions: readonly Condition[];
  /** Null for all. */
  readonly kind: Kind | null;
  readonly order: Order;
  /** The first page is 1. */
  readonly page: number;
}

/** Reads the filters of an address. Unknown values are ignored. */
export function filtersIn(query: URLSearchParams): Filters {
  const wanted = (query.get('status') ?? '').split(',');
  const kind = query.get('kind');
  return {
    text: query.get('q') ?? '',
    conditions: conditions.filter((condition) => wanted.includes(condition)),
    kind: kind === 'branch' || kind === 'pull_request' ? kind : null,
    order: query.get('sort') === 'newest' ? 'newest' : 'name',
    page: Math.max(1, Math.trunc(Number(query.get('page')) || 1)),
  };
}

/** The filters as parameters of an address. Null for the values of a page without filters. */
export function queryOf({ text, conditions: shown, kind, order, page }: Filters) {
  return {
    q: text,
    status: shown.join(','),
    kind,
    sort: order === 'newest' ? order : null,
    page: page === 1 ? null : String(page),
  };
}

/** The text of each environment that a search looks at, in lower case. */
export function searchable(row: EnvironmentRow): string {
  const { id, title, head_commit, pull_request } = row;
  const number = pull_request ? `#${pull_request.number}` : '';
  return `${id}\n${title}\n${head_commit ?? ''}\n${number}`.toLowerCase();
}

function kindOf({ pull_request }: EnvironmentRow): Kind {
  return pull_request ? 'pull_request' : 'branch';
}

/** True when some environments may be hidden. */
export function isFiltered({ text, conditions: shown, kind }: Filters): boolean {
  return text !== '' || shown.length > 0 || kind !== null;
}

/** The test whether an environment is shown. `texts` has each environment's `searchable` text by id. */
export function matcherOf(filters: Filters, texts: ReadonlyMap<string, string>) {
  const { conditions: shown, kind } = filters;
  const text = filters.text.trim().toLowerCase();
  return (row: EnvironmentRow): boolean =>
    (shown.length === 0 || shown.includes(conditionOf(row))) &&
    (kind === null || kind === kindOf(row)) &&
    (texts.get(row.id) ?? '').includes(text);
}

/** The number of environments by condition and by kind. */
export type Counts = ReadonlyMap<Condition | Kind, number>;

/** The environments of each condition and of each kind. */
export function countsOf(rows: readonly EnvironmentRow[]): Counts {
  const counts = new Map<Condition | Kind, number>();
  for (const row of rows) {
    for (const name of [conditionOf(row), kindOf(row)]) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
