import type { Activity } from '../../../shared/api/activity.ts';

/** Days that an ended activity and its log are kept (docs/limits.md). */
export const daysKept = 30;

/** The time at which the log of an activity was deleted; null when it is still kept. */
export function logGoneSince({ completed_at }: Pick<Activity, 'completed_at'>, now: number): string | null {
  if (completed_at === null) return null;
  const end = Date.parse(completed_at) + daysKept * 86_400_000;
  return end <= now ? new Date(end).toISOString() : null;
}
