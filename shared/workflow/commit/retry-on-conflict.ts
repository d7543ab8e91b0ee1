import { StoreConflict } from '../../ports/store-conflict.ts';

/** A conflict means that another writer succeeded, so N concurrent writers need at most N attempts. */
export const mostAttempts = 10;
/** The attempts without a pause: few writers rarely meet more often. */
const withoutPause = 3;
/** The longest pause before another attempt, in milliseconds. */
const longestPause = 500;

/**
 * Repeats an attempt that reads, decides and writes while another writer comes first. Random, growing pauses spread
 * many concurrent writers over time.
 * @throws StoreConflict after the last attempt
 */
export async function retryOnConflict<T>(attempt: () => Promise<T>, most = mostAttempts): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StoreConflict) || count === most) throw error;
      if (count >= withoutPause) await pause(Math.random() * Math.min(longestPause, 5 * 2 ** count));
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}
