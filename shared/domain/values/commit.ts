/** Compares the ids of two commits, either of which may be abbreviated. */
export function sameCommit(a: string | null, b: string | null): boolean {
  if (!a || !b) return false;
  return a.length < b.length ? b.startsWith(a) : a.startsWith(b);
}

/** False for an abbreviated id, which some of Bitbucket's responses contain. */
export function isFullCommit(commit: string): boolean {
  return commit.length >= 40;
}

/** The first seven characters of a commit's id, for texts. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}
