/** What the mirror of a repository consists of: its heads, and the chain of bundles that holds their history. */
export interface MirrorState {
  heads: Map<string, string>;
  bundles: MirrorBundle[];
  /** 0 before the first commit. */
  version: number;
  /** All of it was last fetched anew as it was at `version`; the chain began with so many bundles then. */
  renewed: { version: number; bundles: number };
  /** Bundles that a renewal has replaced, each with when. */
  superseded: { key: string; at: string }[];
  /** When what nothing refers to was last removed; null in a mirror from before anybody did. */
  swept_at: string | null;
}

export interface MirrorBundle {
  key: string;
  bytes: number;
  created_at: string;
  /** The commits and tags that it was fetched for; absent when they are too many, or from before they were kept. */
  tips?: string[];
  /** The version of the mirror whose heads are its prerequisites. */
  on?: number;
}
