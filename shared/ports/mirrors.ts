import type { MirrorState } from '../domain/mirror/mirror.ts';
import type { MirrorSize } from '../domain/mirror/mirror-chain.ts';

export interface Mirrors {
  read(project: string): Promise<MirrorState>;
  /** Makes `state` the mirror's, if its version is one more than the stored one. */
  commit(project: string, state: MirrorState): Promise<void>;
  /** Stores a bundle as it streams in; nothing is left behind when the stream fails. */
  writeBundle(
    project: string,
    id: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<{ key: string; bytes: number }>;
  /** What the chain has come to, in one cheap read; null when there is no mirror. */
  size(project: string): Promise<MirrorSize | null>;
  /** Removes what was superseded before a moment, and what was stored before it and never committed; counts that. */
  sweep(project: string, moment: { now: string; before: string }): Promise<number>;
}
