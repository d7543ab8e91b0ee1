import { fingerprint } from '../values/fingerprint.ts';

const prefix = 'refs/tags/';

export function isTag(ref: string): boolean {
  return ref.startsWith(prefix);
}

/** The tags among references. */
export function tagsOf(refs: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...refs].filter(([ref]) => isTag(ref)));
}

/** A fingerprint of the tags among references. It saves the prune from reading every tag of the mirror. */
export function fingerprintOfTags(refs: ReadonlyMap<string, string>): string {
  return fingerprint([...tagsOf(refs)].map(([ref, object]) => `${object} ${ref}`));
}
