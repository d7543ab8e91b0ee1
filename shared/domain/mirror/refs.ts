/** The references of a repository that one `ls-refs` request lists. */
export interface RefListing {
  /** Reference → object id. */
  refs: Map<string, string>;
  /** The reference that HEAD points to; null in an empty repository. */
  head: string | null;
  /** References whose names are not UTF-8, with U+FFFD for invalid bytes. They cannot be requested by name. */
  unreadable: Set<string>;
  /** True when the server redirects from the repository's URL, as after a rename. */
  isMoved?: boolean;
}
