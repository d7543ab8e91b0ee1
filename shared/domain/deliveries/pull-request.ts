import type { PullRequest } from './source-event.ts';

/** Open pull requests; `has_more` when there are others that were not read. */
export interface PullRequestListing {
  list: PullRequest[];
  has_more: boolean;
}

/** Bitbucket's answer about a pull request. Any doubt is an error: silence ends no pull request. */
export type PullRequestReading =
  | { state: 'open'; pull_request: PullRequest }
  /** The pull request's own resource says that it was merged, declined or superseded. */
  | { state: 'ended' }
  /** The repository has none of this number: neither by itself nor in a complete listing of the open ones. */
  | { state: 'absent' };
