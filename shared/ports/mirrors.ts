import type { MirrorState } from '../domain/mirror/mirror.ts';
import type { MirrorSize } from '../domain/mirror/mirror-chain.ts';

/** The store of mirrors. */
export interface Mirrors {
  read(project: string): Promise<MirrorState>;
  /**
   * Stores a new state, whose version must be one more than the stored one.
   * @throws StoreConflict
   */
  commit(project: string, state: MirrorState): Promise<void>;
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
