import type { Bitbucket } from '../bitbucket.ts';
import { newCommits, readCommits } from '../git/commits.ts';
import { NO_OBJECT, parseRef, type RefChange } from '../git/refs.ts';
import type { Resource } from '../resources.ts';
import type { Repository } from '../store/records.ts';
import { commitResource } from './commit-resource.ts';

const MAX_COMMITS = 5;

function changeType({ old, new: head }: RefChange): string {
  if (old === null) return 'ADD';
  return head === null ? 'DELETE' : 'UPDATE';
}

function changeResource(change: RefChange): Resource[] {
  const ref = parseRef(change.ref);
  if (ref === undefined) return [];
  return [
    {
      ref: { id: change.ref, displayId: ref.name, type: ref.kind === 'branch' ? 'BRANCH' : 'TAG' },
      refId: change.ref,
      fromHash: change.old ?? NO_OBJECT,
      toHash: change.new ?? NO_OBJECT,
      type: changeType(change),
    },
  ];
}

/** The newest commits of a pushed branch, and its last commit with complete parents. */
async function pushedCommits(bitbucket: Bitbucket, repository: Repository, change: RefChange) {
  const { git, store } = bitbucket;
  const directory = store.gitDirectory(repository);
  if (change.new === null || parseRef(change.ref)?.kind !== 'branch') return {};
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
 * The push's members of a `repo:refs_changed` payload; undefined if no branch or tag changed. Release 9.4 includes
 * commits for a push of a single ref; 6.10 does not include any.
 */
export async function pushPayload(
  bitbucket: Bitbucket,
  repository: Repository,
  changes: readonly RefChange[],
): Promise<Resource | undefined> {
  const resources = changes.flatMap(changeResource);
  if (resources.length === 0) return undefined;
  const [only, ...others] = changes;
  const hasCommits = bitbucket.serverVersion !== 'old' && only !== undefined && others.length === 0;
  return {
    changes: resources,
    ...(hasCommits ? await pushedCommits(bitbucket, repository, only) : {}),
  };
}
