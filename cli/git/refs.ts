/**
 * The references that a repository can have together. Where one is the directory of another (`feature` and `feature/x`),
 * Bitbucket has deleted one of them just now, and the mirror will: the longer name stays, since a new name makes
 * others go.
 */
export function compatibleRefs(heads: ReadonlyMap<string, string>): Map<string, string> {
  const directories = new Set<string>();
  for (const name of heads.keys()) {
    for (let end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1))
      directories.add(name.slice(0, end));
  }
  return new Map([...heads].filter(([name]) => !directories.has(name)));
}
