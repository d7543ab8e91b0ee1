import { BoughError } from '../../errors.ts';
import type { HttpResponse } from '../../runtime/http/http-client.ts';

/** One page of a list, with the position of the next page: a link, or a start index. */
export interface Page<T, Place> {
  values: readonly T[];
  next: Place | null;
  response: Pick<HttpResponse, 'text'>;
}

/** The items of the pages that were read. */
export interface FirstPages<T> {
  values: T[];
  /** True when unread pages remain. */
  hasMore: boolean;
}

/** The limits of one list of Bitbucket's API, over all of its pages. */
export const limits = { pages: 1000, items: 50_000, characters: 64 * 1024 * 1024, minutes: 2 };

/**
 * Reads a list page by page, at most `mostPages`. An error on any page fails the whole call: a partial list is never
 * returned. Limits on pages, items, size and time detect a list that never ends.
 * @param read receives the remaining time
 * @throws BoughError git_host_rejected for an endless list; git_host_unavailable for a slow one
 */
export async function readList<T, Place>(
  name: string,
  first: Place,
  read: (place: Place, timeoutMs: number) => Promise<Page<T, Place>>,
  mostPages = Number.POSITIVE_INFINITY,
): Promise<FirstPages<T>> {
  const values: T[] = [];
  const seen = new Set<Place>();
  const end = Date.now() + limits.minutes * 60_000;
  let characters = 0;
  let next: Place | null = first;
  while (next !== null && seen.size < mostPages) {
    if (seen.has(next)) throw endless(name, 'its pages lead back to each other');
    seen.add(next);
    const timeoutMs = end - Date.now();
    if (timeoutMs <= 0) throw slow(name);
    const page: Page<T, Place> = await read(next, timeoutMs);
    characters += page.response.text.length;
    if (values.length + page.values.length > limits.items)
      throw endless(name, `it has more than ${limits.items} items`);
    if (characters > limits.characters) throw endless(name, 'it is larger than 64 MB');
    values.push(...page.values);
    next = page.next;
    if (next !== null && seen.size === limits.pages)
      throw endless(name, `it has more than ${limits.pages} pages`);
  }
  return { values, hasMore: next !== null };
}

function endless(name: string, because: string): BoughError {
  return new BoughError('git_host_rejected', `The list ${name} has no end: ${because}.`, {
    remedy: 'Check that the URL is that of a Bitbucket, and that no proxy is in between.',
  });
}

function slow(name: string): BoughError {
  return new BoughError(
    'git_host_unavailable',
    `The list ${name} takes longer than ${limits.minutes} minutes.`,
  );
}
