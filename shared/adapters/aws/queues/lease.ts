import type { Log } from '../../../ports/log.ts';
import type { Postpone } from './batch.ts';

/** A message whose runner has died is visible again after this time. */
export const leaseSeconds = 90;
/** Two renewals may be lost before a lease ends. */
export const renewalMilliseconds = 30_000;

/**
 * Runs the work of a message and renews the message's visibility timeout meanwhile. The queue's own timeout must exceed
 * the function's time limit, so without the lease the work of a dead runner would be repeated late.
 */
export async function withLease<T>(
  receiptHandle: string,
  { renew, log }: { renew: Postpone; log: Log },
  work: () => Promise<T>,
): Promise<T> {
  const beat = () =>
    renew(receiptHandle, leaseSeconds).catch((error: unknown) => {
      // The previous visibility timeout still applies.
      log.warn('lease not renewed', { error });
    });
  let renewal = beat();
  const heartbeat = setInterval(() => {
    renewal = beat();
  }, renewalMilliseconds);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    // A late renewal would override a later change of the visibility timeout.
    await renewal;
  }
}
