import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits before the next look at something that is awaited: a fifth of the time since `begin`, from 20 ms to 500 ms. Looks
 * take CPU time from the awaited work.
 * @param begin in milliseconds since the epoch
 */
export async function pauseSince(begin: number): Promise<void> {
  await delay(Math.min(500, Math.max(20, (Date.now() - begin) / 5)));
}
