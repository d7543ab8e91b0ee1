/** The access rules of sites, which the distribution's function reads at each request. */
export interface SiteRules {
  /** The version of all rules, for `write`. */
  version(): Promise<string>;
  /**
   * Writes the rules of at most 50 sites at once; null removes the rule of a site, if there is one.
   * @throws StoreConflict when the rules have another version
   */
  write(version: string, rules: ReadonlyMap<string, string | null>): Promise<void>;
}
