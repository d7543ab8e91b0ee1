import type { Commit } from '../git/commits.ts';
import type { Resource } from '../resources.ts';

/** A hash in Server's abbreviation of eleven characters. */
export function shortHash(hash: string): string {
  return hash.slice(0, 11);
}

/** Authors are not mapped to users, as for unknown e-mail addresses. */
function personResource(raw: string): Resource {
  const [, name = raw, emailAddress = ''] = /^(.*) <(.*)>$/.exec(raw) ?? [];
  return { name, emailAddress };
}

const reference = (hash: string): Resource => ({ id: hash, displayId: shortHash(hash) });

/** A commit; `parents` replaces the short form of its parents. */
export function commitResource(commit: Commit, parents?: readonly Resource[]): Resource {
  return {
    id: commit.hash,
    displayId: shortHash(commit.hash),
    author: personResource(commit.author),
    authorTimestamp: Date.parse(commit.date),
    committer: personResource(commit.committer),
    committerTimestamp: Date.parse(commit.committedOn),
    message: commit.message.trimEnd(),
    parents: parents ?? commit.parents.map(reference),
  };
}
