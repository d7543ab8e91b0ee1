import type { Environment } from '../environments/environment.ts';
import { cut } from '../values/text.ts';
import { type Activity, type LastActivity, running } from './activity.ts';

/** The maximum length of a stored reason, in characters. The record of the activity has all of it. */
export const longestReason = 200;

/**
 * The last ended activity to store with an environment; null while the environment has activities, which are shown
 * instead.
 * @param finished the activities that the decision ended
 */
export function lastEnded(
  { activities, last_activity }: Pick<Environment, 'activities' | 'last_activity'>,
  finished: readonly Activity[],
): LastActivity | null {
  if (activities.length > 0) return null;
  // A deletion supersedes the activities before it.
  const last = finished.findLast(({ state }) => state === 'complete') ?? finished.at(-1);
  return last ? summaryOf(last) : last_activity;
}

/** The activity of an environment that users see first; null before its first. */
export function shownActivity({
  activities,
  last_activity,
}: Pick<Environment, 'activities' | 'last_activity'>): LastActivity | null {
  const open = running(activities) ?? activities[0];
  return open ? { ...summaryOf(open), because: open.delay?.because ?? open.because } : last_activity;
}

function summaryOf({ id, type, state, result, because, created_at, completed_at }: Activity): LastActivity {
  return { id, type, state, result, because: cut(because, longestReason), created_at, completed_at };
}
