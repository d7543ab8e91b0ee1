import { invalidArgument } from './errors.ts';

const DEFAULT_LIMIT = 25;
/** What `page.max.*` is on a server that nobody has changed. */
const MAX_LIMIT = 1000;

function wholeNumber(url: URL, name: string, fallback: number): number {
  const value = Number(url.searchParams.get(name) ?? fallback);
  if (!Number.isInteger(value) || value < 0) throw invalidArgument(name, `${name} must be a whole number.`);
  return value;
}

/** Cuts the page out of a list that `start` and `limit` ask for, and says where the next one begins. */
export function pageOf<Item>(url: URL, list: readonly Item[]) {
  const start = wholeNumber(url, 'start', 0);
  const limit = Math.min(MAX_LIMIT, wholeNumber(url, 'limit', DEFAULT_LIMIT) || DEFAULT_LIMIT);
  const values = list.slice(start, start + limit);
  const isLastPage = start + limit >= list.length;
  return {
    size: values.length,
    limit,
    isLastPage,
    values,
    start,
    nextPageStart: isLastPage ? null : start + limit,
  };
}
