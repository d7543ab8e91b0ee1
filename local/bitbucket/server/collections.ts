import type { ApiResponse } from '../http/router.ts';
import type { Resource } from '../resources.ts';
import { invalidArgument } from './errors.ts';

const DEFAULT_LIMIT = 25;
/** The default of Server's setting `page.max.*`. */
const MAX_LIMIT = 1000;

function wholeNumber(url: URL, name: string, fallback: number): number {
  const value = Number(url.searchParams.get(name) ?? fallback);
  if (!Number.isInteger(value) || value < 0) throw invalidArgument(name, `${name} must be a whole number.`);
  return value;
}

/** The response of a list operation: the page that the parameters `start` and `limit` select. */
export function listResponse(url: URL, resources: readonly Resource[]): ApiResponse {
  const start = wholeNumber(url, 'start', 0);
  const limit = Math.min(MAX_LIMIT, wholeNumber(url, 'limit', DEFAULT_LIMIT) || DEFAULT_LIMIT);
  const values = resources.slice(start, start + limit);
  const isLastPage = start + limit >= resources.length;
  const nextPageStart = isLastPage ? null : start + limit;
  return { status: 200, body: { size: values.length, limit, isLastPage, values, start, nextPageStart } };
}
