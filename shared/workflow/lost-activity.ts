import { type Activity, running } from '../domain/activity.ts';

/** Longer than a function may run: what began before either builds, and is not started twice, or was lost on the way. */
const lostAfterMinutes = 20;

/** The running activity, if it has been running for so long that its message may have been lost. */
export function lostOf(open: readonly Activity[], now: string): Activity | undefined {
  const activity = running(open);
  const since = Date.parse(now) - Date.parse(activity?.started_at ?? now);
  return since < lostAfterMinutes * 60_000 ? undefined : activity;
}
