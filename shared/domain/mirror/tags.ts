import { fingerprint } from '../values/fingerprint.ts';

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
  return fingerprint([...tagsOf(refs)].map(([ref, object]) => `${object} ${ref}`));
}
