import type { Bitbucket, PullRequestChange } from '../bitbucket.ts';
import type { Account, PullRequest, Repository } from '../store/records.ts';

/** Tells of a pull request by both faces. */
export function announcePullRequest(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
  change: PullRequestChange,
  actor: Account,
): void {
  for (const voice of bitbucket.voices) {
    voice.tellPullRequest(bitbucket, repository, pullRequest, change, actor);
  }
}
