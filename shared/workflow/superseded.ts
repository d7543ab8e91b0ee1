/**
 * How long a superseded bundle stays. Whoever may still need it was told of it before: a build, which waits at most
 * an hour for a machine and runs at most 30 minutes, or an activity on its way to one, which its queue gives out five
 * times within 7.5 hours; and a link that the management API has signed, which ends sooner.
 */
export const keptHours = 24;

/** What was superseded before this moment is needed by nobody. */
export function keptSince(now: string): string {
  return new Date(Date.parse(now) - keptHours * 3_600_000).toISOString();
}

/** Whether there may be something in a mirror that has been superseded for long enough. */
export function isSweepDue({ swept_at }: { swept_at: string | null }, now: string): boolean {
  return swept_at !== null && swept_at <= keptSince(now);
}
