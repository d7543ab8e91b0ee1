import type { Activity } from '../../../domain/activities/activity.ts';
import type { PullRequest } from '../../../domain/deliveries/source-event.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import { mayApiBeBehind } from '../../../domain/rules/bitbucket-lag.ts';
import { BoughError } from '../../../errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { GitHost } from '../../../ports/git-host.ts';

/** The context of reading a pull request again. */
export interface PullRequestReader {
  host: GitHost;
  environment: Environment;
  activity: Activity;
  clock: Pick<Clock, 'now'>;
}

/**
 * Reads the pull request of an environment; null when it has ended.
 * @throws BoughError `git_host_behind` when the API does not show a pull request that was announced minutes ago
 */
export async function readPullRequest(
  { host, environment, activity, clock }: PullRequestReader,
  number: number,
): Promise<PullRequest | null> {
  const reading = await host.pullRequest(number);
  if (reading.state === 'open') return reading.pull_request;
  if (reading.state === 'absent' && mayApiBeBehind(environment, activity, clock.now())) {
    const message = `Bitbucket does not show pull request #${number}, whose environment or announcement is less than 15 minutes old.`;
    throw new BoughError('git_host_behind', message, { retryAfter: 30 });
  }
  return null;
}
