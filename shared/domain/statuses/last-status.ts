import { type Activity, deploys, type Ending, isSuspended } from '../activities/activity.ts';
import type { Environment } from '../environments/environment.ts';
import { shouldBeActive } from '../rules/waiting.ts';
import { isFullCommit } from '../values/commit.ts';
import { withoutAccount } from '../values/redact.ts';
import { cut } from '../values/text.ts';
import type { LastStatus } from './build-status.ts';

/** The end of an activity, as far as Bitbucket shows it: see `Outcome`. */
interface End {
  ending: Ending;
  commit?: string | undefined;
  reported_commit?: string | undefined;
  setback?: boolean | undefined;
  waits?: string | undefined;
}

/** The build status of a deployment that ended, or that waits for a person; null when Bitbucket shows none. */
export function lastStatusOf(environment: Environment, activity: Activity, end: End): LastStatus | null {
  const { ending, waits } = end;
  const commit = end.commit ?? end.reported_commit ?? announcedCommit(activity, end);
  if (!deploys(activity) || !commit) return null;
  if (!waits && !shouldBeActive(environment)) return null;
  return {
    commit,
    activity: activity.id,
    undelivered: null,
    ...(waits ? { state: 'stopped', description: textOf(waits) } : statusOfEnding(ending)),
  };
}

/** The build status of a sleeping deployment that a decision has cancelled: Bitbucket shows it as in progress. */
export function statusOfCancelled(before: Environment, finished: readonly Activity[]): LastStatus | null {
  const wasAsleep = ({ id }: Activity) =>
    before.activities.some((activity) => activity.id === id && deploys(activity) && isSuspended(activity));
  const cancelled = finished.find((activity) => activity.state === 'cancelled' && wasAsleep(activity));
  const { commit } = cancelled ?? {};
  if (!cancelled || !commit || !isFullCommit(commit) || !shouldBeActive(before)) return null;
  const since = cancelled.completed_at ?? before.updated_at;
  return {
    commit,
    activity: cancelled.id,
    state: 'stopped',
    description: textOf(cancelled.because),
    // No message comes again when its sending is lost: until it is sent it is for the prune.
    undelivered: { because: 'It has not been sent yet.', since },
  };
}

/** The words for how a deployment came out. */
export function statusOfEnding({ result, because }: Ending): Pick<LastStatus, 'state' | 'description'> {
  return { state: states[result], description: result === 'success' ? null : textOf(because) };
}

const states = { success: 'successful', failure: 'failed', cancelled: 'stopped' } as const;

/** Both kinds of Bitbucket refuse longer descriptions of a build status. */
export const longestText = 255;

function textOf(because: string): string {
  return cut(withoutAccount(because), longestText);
}

/**
 * The commit of an activity that failed or waited before git said which one it is about. Bitbucket takes statuses of
 * whole ids only.
 */
function announcedCommit({ commit, delay }: Activity, { setback }: End): string | undefined {
  const mayBeShown = setback || delay !== null;
  return mayBeShown && commit && isFullCommit(commit) ? commit : undefined;
}
