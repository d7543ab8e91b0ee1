const prefix = 'refs/tags/';

export function isTag(ref: string): boolean {
  return ref.startsWith(prefix);
}

/** The tags among references. */
export function tagsOf(refs: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...refs].filter(([ref]) => isTag(ref)));
}

/**
 * A fingerprint of the tags among references: the same for the same tags in any order. It saves the prune from
 * reading every tag of the mirror; it protects from nobody.
 */
export function fingerprintOfTags(refs: ReadonlyMap<string, string>): string {
  let count = 0;
  let one = 0;
  let other = 0;
  for (const [ref, object] of refs) {
    if (!isTag(ref)) continue;
    count += 1;
    const line = `${object} ${ref}`;
    one = (one + hash(line, 0x811c9dc5)) >>> 0;
    other = (other + hash(line, 0x9e3779b9)) >>> 0;
  }
  return [count, one, other].map((part) => part.toString(16)).join('-');
}

/** FNV-1a over UTF-16 code units, with a final mix. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
