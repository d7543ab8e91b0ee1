import { randomUUID } from 'node:crypto';
import type { Bitbucket } from '../bitbucket.ts';
import { fullName, type Hook, type Repository } from '../store/records.ts';
import { attempt, type Delivery, failureLine, isDelivered, signatureHeader } from '../webhooks/deliveries.ts';

/** Bitbucket drops larger payloads without a trace; here the history tells. */
export const PAYLOAD_LIMIT_BYTES = 256 * 1024;
const MAX_ATTEMPTS = 3;

function headersOf(delivery: Delivery, hook: Hook, number: number, requestId: string) {
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'Bitbucket-Webhooks/2.0',
    'X-Attempt-Number': String(number),
    'X-Event-Key': delivery.event,
    'X-Hook-UUID': hook.uuid.replace(/[{}]/g, ''),
    'X-Request-UUID': requestId,
    ...signatureHeader(hook.secret, delivery.body),
  };
}

/** Up to two more attempts, at once, and only after a 5xx. */
async function deliver({ signal, log }: Bitbucket, delivery: Delivery, hook: Hook): Promise<void> {
  for (let number = 1; number <= MAX_ATTEMPTS; number += 1) {
    // Bitbucket documents the id as the request's, and nothing says that a retry keeps it.
    const requestId = randomUUID();
    const made = await attempt(delivery, requestId, headersOf(delivery, hook, number, requestId), signal);
    if (isDelivered(made)) {
      delivery.outcome = 'delivered';
      return;
    }
    if ((made.status ?? 0) < 500) break;
  }
  delivery.outcome = 'failed';
  log(failureLine(delivery));
}

export function listeners(repository: Repository, event: string): Hook[] {
  return repository.hooks.filter((hook) => hook.active && hook.events.includes(event));
}

/** Sends an event to each active hook that asked for it, without making anyone wait. */
export function announce(
  bitbucket: Bitbucket,
  repository: Repository,
  event: string,
  payload: Record<string, unknown>,
): void {
  const body = JSON.stringify(payload);
  const tooLarge = Buffer.byteLength(body) > PAYLOAD_LIMIT_BYTES;
  for (const hook of listeners(repository, event)) {
    const delivery = bitbucket.history.record({
      face: 'cloud',
      event,
      repository: fullName(repository),
      hook: { id: hook.uuid, url: hook.url, description: hook.description },
      body: tooLarge ? '' : body,
    });
    if (tooLarge) {
      delivery.outcome = 'too large';
      bitbucket.log(`webhook ${event} to ${hook.url}: not sent, its payload is over 256 KB`);
      continue;
    }
    bitbucket.background.run(`webhook ${event}`, () => deliver(bitbucket, delivery, hook));
  }
}
