/** A page of a published site. */
export interface SitePage {
  /** HTML. */
  content: string;
  /** The headers that the repository sets for the page, by their names in lower case. */
  headers: Readonly<Record<string, string>>;
}

/** The pages of published sites that are sent for paths without a file. */
export interface SitePages {
  /** A page at the root of a site; null when the site has none or the page is too large. */
  read(site: string, name: '200.html' | '404.html'): Promise<SitePage | null>;
  /** True when the site has an `index.html` in a directory, whose path has no slash at either end. */
  hasIndex(site: string, directory: string): Promise<boolean>;
}
