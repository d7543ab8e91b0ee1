import type { Bitbucket, PullRequestChange } from '../bitbucket.ts';
import type { RefChange } from '../git/refs.ts';
import type { Account, PullRequest, Repository } from '../store/records.ts';

/** Publishes the ref changes of one push to the webhooks of both products. */
export async function publishPush(
  bitbucket: Bitbucket,
  repository: Repository,
  changes: readonly RefChange[],
  actor: Account,
): Promise<void> {
  for (const publisher of bitbucket.publishers) {
    await publisher.publishPush(bitbucket, repository, changes, actor);
  }
}

/** Publishes a change of a pull request to the webhooks of both products. */
export function publishPullRequest(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
  change: PullRequestChange,
  actor: Account,
): void {
  for (const publisher of bitbucket.publishers) {
    publisher.publishPullRequest(bitbucket, repository, pullRequest, change, actor);
  }
}

/** Publishes a change of a repository's own fields to the webhooks of both products. */
export function publishRepository(
  bitbucket: Bitbucket,
  before: Repository,
  after: Repository,
  actor: Account,
): void {
  for (const publisher of bitbucket.publishers) publisher.publishRepository(bitbucket, before, after, actor);
}
