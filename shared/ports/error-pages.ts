/** The error pages of published sites. */
export interface ErrorPages {
  /** The site's own 404 page as HTML; null when the site has none or the page is too large. */
  of(site: string): Promise<string | null>;
}
