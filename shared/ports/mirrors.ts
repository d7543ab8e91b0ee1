import type { MirrorState, MirrorUpdate, WantedRefs } from '../domain/mirror/mirror.ts';
import type { MirrorSize } from '../domain/mirror/mirror-chain.ts';

/** The store of mirrors. */
export interface Mirrors {
  /** Reads the wanted heads, the heads that changed last, and the chain. */
  read(project: string, refs: WantedRefs): Promise<MirrorState>;
  /**
   * Stores an update of a state that was read, and returns the new state. The cost does not depend on the number of
   * heads.
   * @throws StoreConflict when the state is not the stored one any more
   */
  commit(project: string, known: MirrorState, update: MirrorUpdate): Promise<MirrorState>;
  /** Stores a bundle from a stream; a failed stream leaves no object. */
  writeBundle(
    project: string,
    id: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<{ key: string; bytes: number }>;
  /** The size of the chain, in one cheap read; null when there is no mirror. */
  size(project: string): Promise<MirrorSize | null>;
  /** Removes bundles that were superseded, or stored and never committed, before a time. Resolves to their number. */
  sweep(project: string, moment: { now: string; before: string }): Promise<number>;
}
