import { randomUUID } from 'node:crypto';
import type { Bitbucket } from '../bitbucket.ts';
import type { Resource } from '../resources.ts';
import { fullName, type Hook, type Repository } from '../store/records.ts';
import {
  concludeDelivery,
  type Delivery,
  isDelivered,
  sendAttempt,
  signatureHeader,
} from '../webhooks/deliveries.ts';

/** Bitbucket silently drops larger payloads; the playground records them as `too large`. */
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

/** Retries at most twice, immediately, and only after a 5xx. */
async function deliver({ signal, log }: Bitbucket, delivery: Delivery, hook: Hook): Promise<void> {
  for (let number = 1; number <= MAX_ATTEMPTS; number += 1) {
    // Bitbucket documents this identifier as the request's; no source says that a retry reuses it.
    const requestId = randomUUID();
    const headers = headersOf(delivery, hook, number, requestId);
    const attempt = await sendAttempt(delivery, requestId, headers, signal);
    if (isDelivered(attempt) || (attempt.status ?? 0) < 500) break;
  }
  concludeDelivery(delivery, log);
}

/** The active webhooks that subscribe to an event. */
export function subscribers(repository: Repository, event: string): Hook[] {
  return repository.hooks.filter((hook) => hook.active && hook.events.includes(event));
}

/** Sends an event to its subscribers in the background. */
export function sendEvent(
  bitbucket: Bitbucket,
  repository: Repository,
  event: string,
  payload: Resource,
): void {
  const body = JSON.stringify(payload);
  const tooLarge = Buffer.byteLength(body) > PAYLOAD_LIMIT_BYTES;
  for (const hook of subscribers(repository, event)) {
    const delivery = bitbucket.history.record({
      product: 'cloud',
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
