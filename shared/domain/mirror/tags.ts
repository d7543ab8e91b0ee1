import { changedFingerprint, fingerprint } from '../values/fingerprint.ts';

const prefix = 'refs/tags/';

/** True for the full name of a tag. */
export function isTag(ref: string): boolean {
  return ref.startsWith(prefix);
}

/** The tags among references. */
export function tagsOf(refs: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...refs].filter(([ref]) => isTag(ref)));
}

/** A fingerprint of the tags among references. The prune compares it instead of reading all tags of the mirror. */
export function fingerprintOfTags(refs: ReadonlyMap<string, string>): string {
  return fingerprint(linesOf(tagsOf(refs)));
}

/**
 * The fingerprint of the tags after a change, without the tags that stay.
 * @param heads the present heads, at least those that change
 */
export function changedTags(
  before: string,
  heads: ReadonlyMap<string, string>,
  { set, drop }: { set: ReadonlyMap<string, string>; drop: readonly string[] },
): string {
  const changed = new Set([...set.keys(), ...drop].filter(isTag));
  const gone = new Map([...heads].filter(([ref]) => changed.has(ref)));
  const dropped = new Set(drop);
  const come = new Map([...tagsOf(set)].filter(([ref]) => !dropped.has(ref)));
  return changedFingerprint(before, linesOf(gone), linesOf(come));
}

function linesOf(tags: ReadonlyMap<string, string>): string[] {
  return [...tags].map(([ref, object]) => `${object} ${ref}`);
}
