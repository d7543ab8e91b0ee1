import type { MirrorChain, MirrorState, MirrorUpdate } from './mirror.ts';
import { changedTags } from './tags.ts';

/** The mirror before its first commit. */
export const emptyMirror: MirrorState = {
  heads: new Map(),
  recent: new Map(),
  bundles: [],
  version: 0,
  renewed: { version: 0, bundles: 1 },
  superseded: [],
  swept_at: null,
  tags: null,
};

/** The state after an update. */
export function updatedMirror(state: MirrorState, update: MirrorUpdate): MirrorState {
  return {
    ...updatedChain(state, update),
    heads: updatedHeads(state.heads, update),
    recent: updatedHeads(state.recent, update),
    version: state.version + 1,
    swept_at: state.swept_at ?? update.swept_at,
    tags: state.tags === null ? null : changedTags(state.tags, state.heads, update),
  };
}

/** Heads after an update. Changed heads move to the end: the next push probably builds on them. */
export function updatedHeads(
  heads: ReadonlyMap<string, string>,
  { set, drop }: Pick<MirrorUpdate, 'set' | 'drop'>,
): Map<string, string> {
  const next = new Map(heads);
  for (const [ref, commit] of set) {
    if (next.get(ref) === commit) continue;
    next.delete(ref);
    next.set(ref, commit);
  }
  for (const ref of drop) next.delete(ref);
  return next;
}

/** A chain after an update. */
export function updatedChain(
  { bundles, renewed, superseded }: MirrorChain,
  { bundle, chain }: Pick<MirrorUpdate, 'bundle' | 'chain'>,
): MirrorChain {
  const next = chain ?? { bundles, renewed, superseded };
  return bundle ? { ...next, bundles: [...next.bundles, bundle] } : next;
}

/** The commits that the mirror is known to have as heads. */
export function knownCommits({ heads, recent }: Pick<MirrorState, 'heads' | 'recent'>): Set<string> {
  return new Set([...heads.values(), ...recent.values()]);
}
