import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Delivery } from '../../shared/domain/deliveries/delivery.ts';

const fixtures = join(import.meta.dirname, '../fixtures/bitbucket-cloud');

/** The names of all Bitbucket Cloud fixtures, without `.json`. */
export const fixtureNames: readonly string[] = readdirSync(fixtures)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();

/** The event key of a fixture: `repo.push.forced` → `repo:push`. */
export function eventOf(name: string): string {
  return name.split('.').slice(0, 2).join(':');
}

/** A fixture as an unsigned delivery of Bitbucket Cloud. */
export function fixtureDelivery(name: string): Delivery {
  return delivery(eventOf(name), readFileSync(join(fixtures, `${name}.json`)));
}

/** An unsigned delivery with Bitbucket Cloud's headers. A body other than bytes is encoded as JSON. */
export function delivery(event: string | undefined, body: unknown): Delivery {
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Bitbucket-Webhooks/2.0',
      'x-attempt-number': '1',
      'x-event-key': event,
      'x-hook-uuid': '11111111-2222-4333-8444-555555555555',
      'x-request-uuid': '99999999-8888-4777-8666-555555555555',
    },
    body: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)),
  };
}

/** The value of `X-Hub-Signature` for a body. */
export function signatureOf(body: Uint8Array | string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** The delivery with its signature. */
export function signed({ headers, body }: Delivery, secret: string): Delivery {
  return { headers: { ...headers, 'x-hub-signature': signatureOf(body, secret) }, body };
}
