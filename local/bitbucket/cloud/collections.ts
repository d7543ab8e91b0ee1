import type { ApiResponse } from '../http/router.ts';
import type { Resource } from '../resources.ts';
import { ApiError } from './errors.ts';
import { isObject } from './partial-responses.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  /** The response body without its `values`. */
  readonly envelope: Resource;
}

function positiveInteger(url: URL, name: string, fallback: number, maximum: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > maximum) throw new ApiError(400, `Invalid ${name}`);
  return value;
}

/** Selects the page that the parameters `page` and `pagelen` name. */
export function paginate<Item>(url: URL, list: readonly Item[], maximum = 100): Page<Item> {
  const pagelen = positiveInteger(url, 'pagelen', 10, maximum);
  const page = positiveInteger(url, 'page', 1, Number.MAX_SAFE_INTEGER);
  const start = (page - 1) * pagelen;
  const linkTo = (number: number) => {
    const target = new URL(url);
    target.searchParams.set('page', String(number));
    return target.href;
  };
  return {
    items: list.slice(start, start + pagelen),
    envelope: {
      pagelen,
      size: list.length,
      page,
      ...(start + pagelen < list.length ? { next: linkTo(page + 1) } : {}),
      ...(page > 1 ? { previous: linkTo(page - 1) } : {}),
    },
  };
}

function valueAt(resource: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), resource);
}

type Predicate = (resource: unknown) => boolean;

/** Parses the supported part of Bitbucket's query language: `a.b = "c" AND d ~ "e"`. */
function parseQuery(query: string): Predicate {
  const tests = query.split(/\s+AND\s+/i).map((clause): Predicate => {
    const [, path, operator, text = ''] =
      /^\s*([\w.]+)\s*(!=|=|~)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(clause) ?? [];
    if (path === undefined) {
      throw new ApiError(400, 'Bad request', {
        detail: `The playground supports q= with field = "text", != and ~ joined by AND, not: ${clause}`,
      });
    }
    const expected = text.replace(/\\(.)/g, '$1');
    return (resource) => {
      const actual = String(valueAt(resource, path) ?? '');
      if (operator === '~') return actual.toLowerCase().includes(expected.toLowerCase());
      return (actual === expected) === (operator === '=');
    };
  });
  return (resource) => tests.every((test) => test(resource));
}

/** Filters by the parameter `q` and sorts by `sort`, where `-updated_on` means descending order. */
export function filterAndSort<Item>(url: URL, list: readonly Item[]): Item[] {
  const query = url.searchParams.get('q');
  const matching = query === null ? [...list] : list.filter(parseQuery(query));
  const sort = url.searchParams.get('sort');
  if (sort === null) return matching;
  const direction = sort.startsWith('-') ? -1 : 1;
  const path = sort.replace(/^-/, '');
  const text = (item: Item) => String(valueAt(item, path) ?? '');
  return matching.sort(
    (left, right) => direction * text(left).localeCompare(text(right), 'en', { numeric: true }),
  );
}

/** The response of a list operation: the resources filtered, sorted and paginated as the query asks. */
export function listResponse(url: URL, resources: readonly Resource[], maximum?: number): ApiResponse {
  const { items, envelope } = paginate(url, filterAndSort(url, resources), maximum);
  return { status: 200, body: { ...envelope, values: items } };
}
