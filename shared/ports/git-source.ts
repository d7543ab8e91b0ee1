import type { RefListing } from '../domain/mirror/refs.ts';

/** A repository that is read over git's smart HTTP protocol. */
export interface GitSource {
  listRefs(prefixes: readonly string[]): Promise<RefListing>;
  /** A standard git bundle as a stream. Its prerequisites are `haves`, most relevant first; a limit may cut the list. */
  fetchBundle(
    request: { refs: ReadonlyMap<string, string>; haves: readonly string[] },
    progress: (line: string) => void,
  ): Promise<AsyncIterable<Uint8Array>>;
}
