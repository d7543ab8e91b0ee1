/** The state of a repository's mirror: the heads, and the chain of bundles with their history. */
export interface MirrorState {
  heads: Map<string, string>;
  bundles: MirrorBundle[];
  /** Incremented by each commit of the mirror; 0 before the first. */
  version: number;
  /** The version of the last full fetch, and the number of bundles that it stored. */
  renewed: { version: number; bundles: number };
  /** Bundles that a renewal replaced, with the time of the renewal. */
  superseded: { key: string; at: string }[];
  /** The time of the last sweep of unreferenced bundles; null in mirrors from before sweeps. */
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
