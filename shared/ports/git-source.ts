import type { RefListing } from '../domain/mirror/refs.ts';

/** A repository that can be read over git's own protocol. */
export interface GitSource {
  listRefs(prefixes: readonly string[]): Promise<RefListing>;
  /** A standard git bundle, as a stream. Its prerequisites are `haves`, or the first of them: the likeliest come first. */
  fetchBundle(
    request: { refs: ReadonlyMap<string, string>; haves: readonly string[] },
    progress: (line: string) => void,
  ): Promise<AsyncIterable<Uint8Array>>;
}
