/** The references that a reader of a mirror needs: their names, or all. */
export type WantedRefs = readonly string[] | 'all';

/** The chain of bundles with the history of a mirror's heads. */
export interface MirrorChain {
  bundles: MirrorBundle[];
  /** The version of the last full fetch, and the number of bundles that it stored. */
  renewed: { version: number; bundles: number };
  /** Bundles that a renewal replaced, with the time of the renewal. */
  superseded: { key: string; at: string }[];
}

/** The state of a repository's mirror: the wanted heads, and the chain of bundles with their history. */
export interface MirrorState extends MirrorChain {
  /** The wanted references that exist, with their commits. */
  heads: ReadonlyMap<string, string>;
  /** The heads that changed last, the latest last. A small mirror has all its heads here. */
  recent: ReadonlyMap<string, string>;
  /** Incremented by each write of the mirror; 0 before the first. */
  version: number;
  /** The time of the last sweep of unreferenced objects; null in mirrors from before sweeps. */
  swept_at: string | null;
  /** The fingerprint of all tags; null in mirrors from before this field. */
  tags: string | null;
}

/** One change of a mirror, which is stored as a whole or not at all. */
export interface MirrorUpdate {
  /** The heads to set. The state that the update builds on was read with these references. */
  set: ReadonlyMap<string, string>;
  /** The heads to remove; likewise read before. */
  drop: readonly string[];
  /** A bundle to append to the chain. */
  bundle?: MirrorBundle | undefined;
  /** A chain that replaces the present one. */
  chain?: MirrorChain | undefined;
  /** The time that counts as the last sweep of a mirror without one. */
  swept_at: string | null;
}

/** One bundle of the chain. */
export interface MirrorBundle {
  key: string;
  bytes: number;
  created_at: string;
  /** The objects that the bundle was fetched for; absent when there were too many, and in older records. */
  tips?: string[];
  /** The version of the mirror whose heads are its prerequisites. */
  on?: number;
}
