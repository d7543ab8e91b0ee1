import { type Content, html } from './html.ts';

/** The number of rows on a page. */
export const PAGE_SIZE = 25;
const LAST_PAGE = 100_000;

/** The number in the parameter `page`, from 1; anything else is the first page. */
export function pageNumber(url: URL): number {
  const text = url.searchParams.get('page') ?? '';
  return /^[1-9]\d{0,5}$/.test(text) ? Math.min(Number(text), LAST_PAGE) : 1;
}

/** The number of rows before the requested page. */
export function rowsBefore(url: URL): number {
  return (pageNumber(url) - 1) * PAGE_SIZE;
}

/** The requested page of a whole list, with one row more if there is a next page. */
export function pageOf<Item>(url: URL, items: readonly Item[]): Item[] {
  const start = rowsBefore(url);
  return items.slice(start, start + PAGE_SIZE + 1);
}

function address(url: URL, page: number): string {
  const query = new URLSearchParams(url.searchParams);
  query.delete('refresh');
  query.set('page', String(page));
  return `?${query}`;
}

/** Links to the previous and the next page. `found` is the number of rows, one more than shown if there is a next page. */
export function pager(url: URL, found: number): Content {
  const page = pageNumber(url);
  const previous =
    page > 1 ? html`<a href="${address(url, page - 1)}" rel="prev">← Previous page</a>` : html`<span></span>`;
  const next =
    found > PAGE_SIZE ? html`<a href="${address(url, page + 1)}" rel="next">Next page →</a>` : undefined;
  if (page === 1 && next === undefined) return undefined;
  return html`<nav class="pager" aria-label="Pages">${previous}${next}</nav>`;
}
