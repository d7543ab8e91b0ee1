import type { Log } from '../ports/log.ts';
import type { Postpone } from './sqs-batch.ts';

/** A message whose runner has died is visible again after this time. */
export const leaseSeconds = 90;
/** Two renewals may be lost before a lease ends. */
export const renewalMilliseconds = 30_000;

/**
 * Does the work of a message while its invisibility is renewed: the queue itself cannot be told to hide a message for
 * less than the function's time limit, and a message that is hidden for so long delays the work of a dead runner.
 */
export async function withLease<T>(
  receiptHandle: string,
  { renew, log }: { renew: Postpone; log: Log },
  work: () => Promise<T>,
): Promise<T> {
  const beat = () =>
    renew(receiptHandle, leaseSeconds).catch((error: unknown) => {
      // The message then stays hidden for as long as before.
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
    // A renewal that is still under way would undo what is decided about the message next.
    await renewal;
  }
}
