import type { PullRequest } from './source-event.ts';

/** Open pull requests; `has_more` is true when others were not read. */
export interface PullRequestListing {
  list: PullRequest[];
  has_more: boolean;
}

/** Bitbucket's response about a pull request. An uncertain response is an error and ends no pull request. */
export type PullRequestReading =
  | { state: 'open'; pull_request: PullRequest }
  /** The pull request's own resource has the state merged, declined or superseded. */
  | { state: 'ended' }
  /** The repository has no pull request of this number: neither its resource nor an entry in a complete listing. */
  | { state: 'absent' };
