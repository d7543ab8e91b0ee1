/** A project's mirror as links. Each link opens one object for some minutes, without further credentials. */
export interface LinkedMirror {
  /** The links to JSON documents with `heads` (reference → commit), of a mirror with many. */
  shards: string[];
  /** The link to the JSON document with the `heads` that changed since, and the removed ones; null before the first. */
  manifest: string | null;
  /** The heads that changed since the manifest. */
  changes: { heads: Record<string, string>; dropped: string[] };
  /** The chain, oldest bundle first. */
  bundles: { key: string; bytes: number; created_at: string; href: string }[];
}

/** Creates links to the mirrors of projects. */
export interface MirrorLinks {
  /** Null before the first fetch of the project's repository. */
  of(project: string): Promise<LinkedMirror | null>;
}
