import { longestList } from './compress.ts';
import { type ApiResponse, json } from './http.ts';

/** A page of a list. */
export interface Page<T> {
  items: T[];
  /** The id after which the next page begins; null on the last page. */
  after: string | null;
}

/** The query of a request for a page. A list becomes a repeated parameter. */
export type PageQuery = {
  count?: number | undefined;
  after?: string | undefined;
} & Record<string, string | number | readonly string[] | undefined>;

/** Most resources are longer than this, in bytes. */
const shortResource = 1500;

/**
 * Reads the first page of a list: `count` items, by default as many as can fit into `longestList`.
 * @param limits.shortest bytes of a short item
 */
export async function firstOf<T extends { id: string }>(
  items: AsyncIterable<T>,
  limits: { count: number | undefined; shortest?: number },
): Promise<Page<T>> {
  const { shortest = shortResource } = limits;
  const count = limits.count ?? Math.ceil(longestList / shortest);
  const found: T[] = [];
  for await (const item of items) {
    if (found.length === count) return { items: found, after: found.at(-1)?.id ?? null };
    found.push(item);
  }
  return { items: found, after: null };
}

/**
 * A page as a JSON array, with a `Link` header to the next page. The page ends early when the body would exceed `longest`.
 * @param url the URL of the list
 * @param longest in bytes
 */
export function listResponse<T extends { id: string }>(
  { items, after }: Page<T>,
  { url, query, longest = longestList }: { url: string; query: PageQuery; longest?: number },
): ApiResponse {
  const texts: string[] = [];
  let size = 2;
  for (const item of items) {
    const text = JSON.stringify(item);
    size += Buffer.byteLength(text) + 1;
    // A page has at least one item; otherwise one item that is too long would end the list.
    if (texts.length > 0 && size > longest) break;
    texts.push(text);
  }
  const response = json(200, texts);
  const last = texts.length < items.length ? (items[texts.length - 1]?.id ?? null) : after;
  const headers = last === null ? {} : { link: `<${nextUrl(url, query, last)}>; rel="next"` };
  return { ...response, headers: { ...response.headers, ...headers }, body: `[${texts.join(',')}]` };
}

function nextUrl(url: string, query: PageQuery, after: string): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, after }))
    for (const one of [value ?? []].flat()) parameters.append(name, String(one));
  return `${url}?${parameters}`;
}
