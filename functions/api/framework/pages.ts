import { type Answer, json } from './http.ts';

/** A part of a list, and the id after which it goes on; null at its end. */
export interface Page<T> {
  items: T[];
  after: string | null;
}

/** What a request for a part of a list says; parameters that are lists are repeated. */
export type PageQuery = {
  count?: number | undefined;
  after?: string | undefined;
} & Record<string, string | number | readonly string[] | undefined>;

/** What most resources are longer than, in bytes. */
const shortResource = 1500;

/** The beginning of a list: as many as are asked for, and without that as many as may fit into an answer. */
export async function firstOf<T extends { id: string }>(
  items: AsyncIterable<T>,
  { count: wanted, longest }: { count: number | undefined; longest: number },
): Promise<Page<T>> {
  const count = wanted ?? Math.ceil(longest / shortResource);
  const found: T[] = [];
  for await (const item of items) {
    if (found.length === count) return { items: found, after: found.at(-1)?.id ?? null };
    found.push(item);
  }
  return { items: found, after: null };
}

/**
 * A bare list, with a link to its rest. It is cut where it would be longer than an answer may be.
 * @param url the list's own
 * @param longest in bytes
 */
export function listAnswer<T extends { id: string }>(
  { items, after }: Page<T>,
  { url, query, longest }: { url: string; query: PageQuery; longest: number },
): Answer {
  const texts: string[] = [];
  let size = 2;
  for (const item of items) {
    const text = JSON.stringify(item);
    size += Buffer.byteLength(text) + 1;
    // An item that is too long by itself is no reason to stop for ever.
    if (texts.length > 0 && size > longest) break;
    texts.push(text);
  }
  const answer = json(200, texts);
  const last = texts.length < items.length ? (items[texts.length - 1]?.id ?? null) : after;
  const headers = last === null ? {} : { link: `<${nextUrl(url, query, last)}>; rel="next"` };
  return { ...answer, headers: { ...answer.headers, ...headers }, body: `[${texts.join(',')}]` };
}

function nextUrl(url: string, query: PageQuery, after: string): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, after }))
    for (const one of [value ?? []].flat()) parameters.append(name, String(one));
  return `${url}?${parameters}`;
}
