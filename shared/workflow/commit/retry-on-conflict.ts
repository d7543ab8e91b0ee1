import { StoreConflict } from '../../ports/store-conflict.ts';

/** A conflict means that another writer succeeded, so N concurrent writers need at most N attempts. */
export const mostAttempts = 10;

/** Reads, decides and writes again when someone else wrote in between. */
export async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StoreConflict) || count === mostAttempts) throw error;
    }
  }
}
