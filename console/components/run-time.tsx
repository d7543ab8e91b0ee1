import type { Activity } from '../../shared/api/activity.ts';
import { Duration, Elapsed } from './time.tsx';

/** How long an activity waited before its start. */
export function WaitTime({
  activity: { timings, started_at, created_at, completed_at },
}: {
  activity: Activity;
}) {
  if (started_at === null && completed_at === null) return <Elapsed since={created_at} />;
  return <Duration seconds={timings.wait ?? null} />;
}

/** How long an activity ran, or has run so far. */
export function RunTime({ activity: { timings, state, started_at } }: { activity: Activity }) {
  if (state === 'in_progress' && started_at !== null) return <Elapsed since={started_at} />;
  return <Duration seconds={timings.execute ?? null} />;
}
