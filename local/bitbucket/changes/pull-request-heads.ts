import type { Bitbucket, PullRequestChange } from '../bitbucket.ts';
import { BRANCH_PREFIX, isAncestor, type RefChange, readBranch } from '../git/refs.ts';
import type { Account, Repository } from '../store/records.ts';
import { publishPullRequest } from '../webhooks/publish.ts';
import { closePullRequest, listPullRequests, type RepositoryPullRequest } from './pull-requests.ts';

/** Records new commits on the source branch. A deleted source branch leaves the pull request open. */
function updateSource(
  bitbucket: Bitbucket,
  { repository, pullRequest }: RepositoryPullRequest,
  commit: string,
): PullRequestChange | undefined {
  const previousCommit = pullRequest.source.commit;
  if (previousCommit === commit) return undefined;
  pullRequest.source.commit = commit;
  pullRequest.updatedOn = bitbucket.now().toISOString();
  bitbucket.store.save(repository);
  return { kind: 'commits', previousCommit };
}

/** Records new commits on the destination branch. A push that contains the source merges the pull request. */
async function updateDestination(
  bitbucket: Bitbucket,
  { repository, pullRequest }: RepositoryPullRequest,
  commit: string,
  actor: Account,
): Promise<PullRequestChange | undefined> {
  pullRequest.destination.commit = commit;
  const directory = bitbucket.store.gitDirectory(repository);
  const merged = await isAncestor(bitbucket.git, directory, pullRequest.source.commit, commit);
  if (pullRequest.state !== 'OPEN') return undefined;
  if (merged) {
    closePullRequest(bitbucket, pullRequest, 'MERGED', actor);
    pullRequest.mergeCommit = commit;
  }
  bitbucket.store.save(repository);
  return merged ? { kind: 'merged' } : undefined;
}

interface MovedBranch {
  readonly repository: Repository;
  readonly branch: string;
}

function hasSource({ pullRequest: { source } }: RepositoryPullRequest, moved: MovedBranch): boolean {
  return source.repository === moved.repository.uuid && source.branch === moved.branch;
}

function hasDestination({ repository, pullRequest }: RepositoryPullRequest, moved: MovedBranch): boolean {
  return repository === moved.repository && pullRequest.destination.branch === moved.branch;
}

/**
 * Updates the open pull requests whose source or destination branch has moved. Returns a function that publishes
 * them: the push is published first, when the API already returns the updated pull requests.
 */
export async function updatePullRequests(
  bitbucket: Bitbucket,
  repository: Repository,
  changes: readonly RefChange[],
  actor: Account,
): Promise<() => void> {
  const publications: (() => void)[] = [];
  const directory = bitbucket.store.gitDirectory(repository);
  for (const { ref } of changes.filter((each) => each.ref.startsWith(BRANCH_PREFIX))) {
    const moved = { repository, branch: ref.slice(BRANCH_PREFIX.length) };
    const affected = listPullRequests(bitbucket).filter(
      (each) => each.pullRequest.state === 'OPEN' && (hasSource(each, moved) || hasDestination(each, moved)),
    );
    if (affected.length === 0) continue;
    // Read the branch's current commit: a later push may already have moved it again.
    const commit = await readBranch(bitbucket.git, directory, moved.branch);
    if (commit === undefined) continue;
    for (const each of affected) {
      const change = hasSource(each, moved)
        ? updateSource(bitbucket, each, commit)
        : await updateDestination(bitbucket, each, commit, actor);
      if (change === undefined) continue;
      publications.push(() =>
        publishPullRequest(bitbucket, each.repository, each.pullRequest, change, actor),
      );
    }
  }
  return () => {
    for (const publish of publications) publish();
  };
}
