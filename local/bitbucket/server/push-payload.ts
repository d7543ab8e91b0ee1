import type { Bitbucket } from '../bitbucket.ts';
import { newCommits, readCommits } from '../git/commits.ts';
import { BRANCH_PREFIX, NO_OBJECT, type RefChange, TAG_PREFIX } from '../git/refs.ts';
import type { Repository } from '../store/records.ts';
import { commitResource } from './commit-resource.ts';

type Resource = Record<string, unknown>;

const MAX_COMMITS = 5;

function changeType({ old, new: head }: RefChange): string {
  if (old === null) return 'ADD';
  return head === null ? 'DELETE' : 'UPDATE';
}

function changeResource(change: RefChange): Resource[] {
  const isBranch = change.ref.startsWith(BRANCH_PREFIX);
  if (!isBranch && !change.ref.startsWith(TAG_PREFIX)) return [];
  const displayId = change.ref.slice((isBranch ? BRANCH_PREFIX : TAG_PREFIX).length);
  return [
    {
      ref: { id: change.ref, displayId, type: isBranch ? 'BRANCH' : 'TAG' },
      refId: change.ref,
      fromHash: change.old ?? NO_OBJECT,
      toHash: change.new ?? NO_OBJECT,
      type: changeType(change),
    },
  ];
}

/** The newest commits of the one branch that was pushed, and its tip with its parents in full. */
async function pushedCommits(bitbucket: Bitbucket, repository: Repository, change: RefChange) {
  const { git, store } = bitbucket;
  const directory = store.gitDirectory(repository);
  if (change.new === null || !change.ref.startsWith(BRANCH_PREFIX)) return {};
  const known = change.old === null ? [] : [change.old];
  const [commits, tips] = await Promise.all([
    newCommits(git, directory, change.new, known, MAX_COMMITS),
    readCommits(git, directory, [change.new]),
  ]);
  const tip = tips.get(change.new);
  if (tip === undefined) return {};
  const parents = await readCommits(git, directory, tip.parents);
  return {
    commits: commits.map((commit) => commitResource(commit)),
    toCommit: commitResource(
      tip,
      [...parents.values()].map((parent) => commitResource(parent)),
    ),
  };
}

/**
 * What `repo:refs_changed` says of one push; undefined if no branch or tag changed. Old servers tell no
 * commits, and those of today only for a push of a single ref.
 */
export async function pushPayload(
  bitbucket: Bitbucket,
  repository: Repository,
  changes: readonly RefChange[],
): Promise<Resource | undefined> {
  const resources = changes.flatMap(changeResource);
  if (resources.length === 0) return undefined;
  const [only, ...others] = changes;
  const tellsCommits = bitbucket.serverVersion !== 'old' && only !== undefined && others.length === 0;
  return {
    changes: resources,
    ...(tellsCommits ? await pushedCommits(bitbucket, repository, only) : {}),
  };
}
