import type { Activity } from '../activities/activity.ts';
import type { Environment } from '../environments/environment.ts';
import { secondsBetween } from '../values/time.ts';

/** The time by which Bitbucket's git servers may lag behind its webhooks. */
export const gitLagSeconds = 30;
/** The time by which Bitbucket's API may lag behind its webhooks. */
export const apiLagSeconds = 15 * 60;

type Announcement = Pick<Activity, 'created_at' | 'delivered_at'>;

/** True while git may not show an announced change yet. */
export function mayGitBeBehind(announcement: Announcement, now: string): boolean {
  return isWithin(gitLagSeconds, announcedAt(announcement), now);
}

/**
 * True while the API may not show yet that the pull request of an environment is open. Deletions and requests of users
 * do not announce an open pull request.
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
