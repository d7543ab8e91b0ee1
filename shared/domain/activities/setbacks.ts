import { sameCommit } from '../values/commit.ts';
import { secondsAfter, secondsBetween } from '../values/time.ts';

/** Setbacks: consecutive failures of the same work that neither the user's code nor configuration caused. */
export interface Setbacks {
  /** The commit of the deployment; null for a deletion. */
  commit: string | null;
  count: number;
  /** The time of the last setback. */
  at: string;
}

/** The pause after the second setback, in minutes; each further setback doubles it. */
export const firstPauseMinutes = 10;
/** The longest pause between two tries, in minutes. */
export const longestPauseMinutes = 360;
/** After this many setbacks, only a user retries a deployment. Deletions are always retried. */
export const mostOfACommit = 8;

/** The setbacks after one more failure of the work on `commit`. */
export function withSetback(before: Setbacks | null, commit: string | null, now: string): Setbacks {
  return { commit, count: before && isSame(before, commit) ? before.count + 1 : 1, at: now };
}

/**
 * The reason for which the work on `commit` is not retried yet; null when a retry is due. The next prune retries after the
 * first setback; the pauses after further setbacks double from 10 minutes to 6 hours.
 */
export function pauseAfter(setbacks: Setbacks | null, commit: string | null, now: string): string | null {
  if (!setbacks || setbacks.count < 2 || !isSame(setbacks, commit)) return null;
  if (commit !== null && setbacks.count >= mostOfACommit) {
    return `its deployment has failed ${setbacks.count} times in a row: bough environment:redeploy tries it again`;
  }
  const left = minutesOfPause(setbacks) - secondsBetween(setbacks.at, now) / 60;
  return left > 0
    ? `it has failed ${setbacks.count} times in a row: tried again in ${Math.ceil(left)} minutes`
    : null;
}

/** The reason for the next retry and its time, null for the next prune; null when only a user retries. */
export function nextRetry(setbacks: Setbacks): { because: string; next_try: string | null } | null {
  const { commit, count, at } = setbacks;
  if (count < 2) return { because: 'it has failed once: the next prune tries it again', next_try: null };
  if (commit !== null && count >= mostOfACommit) return null;
  return {
    because: `it has failed ${count} times in a row`,
    next_try: secondsAfter(at, minutesOfPause(setbacks) * 60),
  };
}

function minutesOfPause({ count }: Setbacks): number {
  return Math.min(firstPauseMinutes * 2 ** (count - 2), longestPauseMinutes);
}

function isSame(setbacks: Setbacks, commit: string | null): boolean {
  return commit === null ? setbacks.commit === null : sameCommit(setbacks.commit, commit);
}
