import type { Bitbucket, PullRequestChange } from '../bitbucket.ts';
import { BRANCH_PREFIX, isAncestor, type RefChange, readBranch } from '../git/refs.ts';
import type { Account, PullRequest, Repository } from '../store/records.ts';
import { announcePullRequest } from '../webhooks/publish.ts';
import { closePullRequest } from './pull-requests.ts';

/** A pull request and the repository that it is for. */
interface Placed {
  readonly repository: Repository;
  readonly pullRequest: PullRequest;
}

function openPullRequests(bitbucket: Bitbucket): Placed[] {
  return bitbucket.store
    .list()
    .flatMap((repository) =>
      repository.pullRequests
        .filter((pullRequest) => pullRequest.state === 'OPEN')
        .map((pullRequest) => ({ repository, pullRequest })),
    );
}

/** New commits on the source branch. A deleted source branch leaves the pull request as it is: open. */
function followSource(
  bitbucket: Bitbucket,
  { repository, pullRequest }: Placed,
  commit: string,
): PullRequestChange | undefined {
  const previousCommit = pullRequest.source.commit;
  if (previousCommit === commit) return undefined;
  pullRequest.source.commit = commit;
  pullRequest.updatedOn = bitbucket.now().toISOString();
  bitbucket.store.save(repository);
  return { kind: 'commits', previousCommit };
}

/** A destination that has got all of the source by a push: the pull request was merged by hand. */
async function followDestination(
  bitbucket: Bitbucket,
  { repository, pullRequest }: Placed,
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

interface Moved {
  readonly repository: Repository;
  readonly branch: string;
}

const comesFrom = ({ pullRequest: { source } }: Placed, { repository, branch }: Moved) =>
  source.repository === repository.uuid && source.branch === branch;

const goesTo = (placed: Placed, { repository, branch }: Moved) =>
  placed.repository === repository && placed.pullRequest.destination.branch === branch;

/** What a moved branch means for one open pull request; undefined when it means nothing. */
async function follow(
  bitbucket: Bitbucket,
  placed: Placed,
  moved: Moved,
  commit: string,
  actor: Account,
): Promise<PullRequestChange | undefined> {
  if (comesFrom(placed, moved)) return followSource(bitbucket, placed, commit);
  return followDestination(bitbucket, placed, commit, actor);
}

/**
 * Brings the open pull requests of the branches that moved up to date. Returns what announces them, so
 * that nobody hears of a pull request that the API does not show yet.
 */
export async function followRefChanges(
  bitbucket: Bitbucket,
  repository: Repository,
  changes: readonly RefChange[],
  actor: Account,
): Promise<() => void> {
  const announcements: (() => void)[] = [];
  const directory = bitbucket.store.gitDirectory(repository);
  for (const change of changes.filter((each) => each.ref.startsWith(BRANCH_PREFIX))) {
    const moved = { repository, branch: change.ref.slice(BRANCH_PREFIX.length) };
    const concerned = openPullRequests(bitbucket).filter(
      (placed) => comesFrom(placed, moved) || goesTo(placed, moved),
    );
    if (concerned.length === 0) continue;
    // The branch's tip as it is now, not as this push left it: the next one may have come already.
    const commit = await readBranch(bitbucket.git, directory, moved.branch);
    if (commit === undefined) continue;
    for (const placed of concerned) {
      const change = await follow(bitbucket, placed, moved, commit, actor);
      if (change === undefined) continue;
      announcements.push(() =>
        announcePullRequest(bitbucket, placed.repository, placed.pullRequest, change, actor),
      );
    }
  }
  return () => {
    for (const announce of announcements) announce();
  };
}
