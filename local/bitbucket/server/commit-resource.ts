import type { Commit } from '../git/commits.ts';

type Resource = Record<string, unknown>;

/** Server abbreviates to eleven characters. */
export function shortHash(hash: string): string {
  return hash.slice(0, 11);
}

/** Authors are not mapped to users, as for addresses that nobody has registered. */
function person(raw: string): Resource {
  const [, name = raw, emailAddress = ''] = /^(.*) <(.*)>$/.exec(raw) ?? [];
  return { name, emailAddress };
}

const reference = (hash: string): Resource => ({ id: hash, displayId: shortHash(hash) });

export function commitResource(commit: Commit, parents?: readonly Resource[]): Resource {
  return {
    id: commit.hash,
    displayId: shortHash(commit.hash),
    author: person(commit.author),
    authorTimestamp: Date.parse(commit.date),
    committer: person(commit.committer),
    committerTimestamp: Date.parse(commit.committedOn),
    message: commit.message.trimEnd(),
    parents: parents ?? commit.parents.map(reference),
  };
}
