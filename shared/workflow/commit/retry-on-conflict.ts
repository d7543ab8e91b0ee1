import { StoreConflict } from '../../ports/store-conflict.ts';

/** A conflict means that another writer succeeded, so N concurrent writers need at most N attempts. */
export const mostAttempts = 10;

/**
 * Repeats an attempt that reads, decides and writes while another writer comes first.
 * @throws StoreConflict after the last attempt
 */
export async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StoreConflict) || count === mostAttempts) throw error;
    }
  }
}
