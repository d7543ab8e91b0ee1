import { type Activity, deploys, type Ending, isSuspended } from '../activities/activity.ts';
import type { Environment } from '../environments/environment.ts';
import { shouldBeActive } from '../rules/waiting.ts';
import { isFullCommit } from '../values/commit.ts';
import { withoutAccount } from '../values/redact.ts';
import { cut } from '../values/text.ts';
import type { LastStatus } from './build-status.ts';

/** The parts of an `Outcome` that a build status shows. */
interface End {
  ending: Ending;
  commit?: string | undefined;
  reported_commit?: string | undefined;
  setback?: boolean | undefined;
  waits?: string | undefined;
}

/** The build status of a deployment that ended, or waits for a user; null when no status is reported. */
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

/** The build status of a suspended deployment that a decision cancelled, which Bitbucket still shows as in progress. */
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
    // The sending of the status may be lost. Until it succeeds, the prune sends the status again.
    undelivered: { because: 'It has not been sent yet.', since },
  };
}

/** The state and description of a build status for the end of an activity. */
export function statusOfEnding({ result, because }: Ending): Pick<LastStatus, 'state' | 'description'> {
  return { state: states[result], description: result === 'success' ? null : textOf(because) };
}

const states = { success: 'successful', failure: 'failed', cancelled: 'stopped' } as const;

/** The longest description of a build status that both kinds of Bitbucket accept. */
export const longestText = 255;

function textOf(because: string): string {
  return cut(withoutAccount(because), longestText);
}

/**
 * The announced commit of an activity that failed or was delayed before git was read. Bitbucket accepts statuses of full
 * ids only.
 */
function announcedCommit({ commit, delay }: Activity, { setback }: End): string | undefined {
  const mayBeShown = setback || delay !== null;
  return mayBeShown && commit && isFullCommit(commit) ? commit : undefined;
}
