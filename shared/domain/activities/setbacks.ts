import { sameCommit } from '../values/commit.ts';
import { secondsBetween } from '../values/time.ts';

/** Failures in a row of the same work for which neither the user's code nor the user's configuration is the reason. */
export interface Setbacks {
  /** The commit that was to be deployed; null for a deletion. */
  commit: string | null;
  count: number;
  /** When the last one happened. */
  at: string;
}

/** The pause after the second setback in a row; each further one doubles it. */
export const firstPauseMinutes = 10;
/** The longest pause between two tries. */
export const longestPauseMinutes = 360;
/** After this many setbacks in a row only a user retries a deployment. Deletions are always retried. */
export const mostOfACommit = 8;

/** The setbacks with one more of the work on `commit`. */
export function withSetback(before: Setbacks | null, commit: string | null, now: string): Setbacks {
  return { commit, count: before && isSame(before, commit) ? before.count + 1 : 1, at: now };
}

/**
 * Why the work on `commit` is not tried again yet; null when it may be. The next schedule tries it again after the first
 * setback; the pauses after further ones double from 10 minutes to six hours.
 */
export function pauseAfter(setbacks: Setbacks | null, commit: string | null, now: string): string | null {
  if (!setbacks || setbacks.count < 2 || !isSame(setbacks, commit)) return null;
  if (commit !== null && setbacks.count >= mostOfACommit) {
    return `its deployment has failed ${setbacks.count} times in a row: bough environment:redeploy tries it again`;
  }
  const minutes = Math.min(firstPauseMinutes * 2 ** (setbacks.count - 2), longestPauseMinutes);
  const left = minutes - secondsBetween(setbacks.at, now) / 60;
  return left > 0
    ? `it has failed ${setbacks.count} times in a row: tried again in ${Math.ceil(left)} minutes`
    : null;
}

function isSame(setbacks: Setbacks, commit: string | null): boolean {
  return commit === null ? setbacks.commit === null : sameCommit(setbacks.commit, commit);
}
