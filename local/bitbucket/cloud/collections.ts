import { ApiError } from './errors.ts';
import { isObject } from './partial-responses.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  /** The envelope of the page, without its `values`. */
  readonly envelope: Record<string, unknown>;
}

function positiveInteger(url: URL, name: string, fallback: number, maximum: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > maximum) throw new ApiError(400, `Invalid ${name}`);
  return value;
}

/** Cuts the page out of a list that `page` and `pagelen` ask for. */
export function pageOf<Item>(url: URL, list: readonly Item[], maximum = 100): Page<Item> {
  const pagelen = positiveInteger(url, 'pagelen', 10, maximum);
  const page = positiveInteger(url, 'page', 1, Number.MAX_SAFE_INTEGER);
  const start = (page - 1) * pagelen;
  const other = (number: number) => {
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
      ...(start + pagelen < list.length ? { next: other(page + 1) } : {}),
      ...(page > 1 ? { previous: other(page - 1) } : {}),
    },
  };
}

function valueAt(resource: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), resource);
}

type Test = (resource: unknown) => boolean;

/** The part of Bitbucket's query language that names are looked up with: `a.b = "c" AND d ~ "e"`. */
function parseQuery(query: string): Test {
  const tests = query.split(/\s+AND\s+/i).map((clause): Test => {
    const [, path, operator, text = ''] =
      /^\s*([\w.]+)\s*(!=|=|~)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(clause) ?? [];
    if (path === undefined) {
      throw new ApiError(400, 'Bad request', {
        detail: `The playground understands q= with field = "text", != and ~ joined by AND, not: ${clause}`,
      });
    }
    const wanted = text.replace(/\\(.)/g, '$1');
    return (resource) => {
      const actual = String(valueAt(resource, path) ?? '');
      if (operator === '~') return actual.toLowerCase().includes(wanted.toLowerCase());
      return (actual === wanted) === (operator === '=');
    };
  });
  return (resource) => tests.every((test) => test(resource));
}

/** Filters by `q` and sorts by `sort` (`-updated_on` turns it round). */
export function queryOf<Item>(url: URL, list: readonly Item[]): Item[] {
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
