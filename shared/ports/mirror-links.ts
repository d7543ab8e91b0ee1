/** A project's mirror as links. Each link opens one object for some minutes, without further credentials. */
export interface LinkedMirror {
  /** The link to the JSON document with the mirror's `heads`: reference → commit. */
  manifest: string;
  /** The chain, oldest bundle first. */
  bundles: { key: string; bytes: number; created_at: string; href: string }[];
}

/** Creates links to the mirrors of projects. */
export interface MirrorLinks {
  /** Null before the first fetch of the project's repository. */
  of(project: string): Promise<LinkedMirror | null>;
}
