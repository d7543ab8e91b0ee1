import { secondsAfter } from '../values/time.ts';

/**
 * How long a superseded bundle is kept, in hours. The longest consumers are a build queued for 1 h and running for
 * up to 50 min, an activity that its queue delivers five times within 7.5 h, and a signed link, which expires sooner.
 */
export const keptHours = 24;

/** The moment before which a superseded bundle has no consumer left. */
export function keptSince(now: string): string {
  return secondsAfter(now, -keptHours * 3600);
}

/** Whether a mirror may contain bundles that have been superseded for long enough. */
export function isSweepDue({ swept_at }: { swept_at: string | null }, now: string): boolean {
  return swept_at !== null && swept_at <= keptSince(now);
}
