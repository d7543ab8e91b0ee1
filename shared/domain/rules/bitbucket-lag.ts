import type { Activity } from '../activities/activity.ts';
import type { Environment } from '../environments/environment.ts';
import { secondsBetween } from '../values/time.ts';

/** Bitbucket's git may be behind its webhooks by this time. */
export const gitLagSeconds = 30;
/** Bitbucket's API may be behind its webhooks by this time. */
export const apiLagSeconds = 15 * 60;

type Announcement = Pick<Activity, 'created_at' | 'delivered_at'>;

/** True while git may not show yet what was announced. */
export function mayGitBeBehind(announcement: Announcement, now: string): boolean {
  return isWithin(gitLagSeconds, announcedAt(announcement), now);
}

/**
 * True while the API may not show yet that the pull request of an environment is open. A deletion announces nothing
 * that should be there, and neither does a user.
 */
export function mayApiBeBehind(
  { created_at }: Pick<Environment, 'created_at'>,
  activity: Activity,
  now: string,
): boolean {
  if (isWithin(apiLagSeconds, created_at, now)) return true;
  const isNews = activity.type !== 'environment.delete' && !activity.requested;
  return isNews && isWithin(apiLagSeconds, announcedAt(activity), now);
}

function announcedAt({ delivered_at, created_at }: Announcement): string {
  return delivered_at ?? created_at;
}

function isWithin(seconds: number, since: string, now: string): boolean {
  return secondsBetween(since, now) < seconds;
}
