export interface RefListing {
  refs: Map<string, string>;
  /** The reference that HEAD names; null in an empty repository. */
  head: string | null;
  /** References whose names are not UTF-8, with U+FFFD for what cannot be read. They exist, and can be asked for by no name. */
  unreadable: Set<string>;
}
