import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Delivery } from '../domain/deliveries/delivery.ts';
import { BoughError } from '../errors.ts';

/**
 * Checks `X-Hub-Signature: sha256=<hex>`, the HMAC of the body as it came, which both kinds of Bitbucket send
 * for a webhook that has a secret. Neither the signature nor what was expected is part of the error.
 */
export function verifySignature({ headers, body }: Delivery, secret: string): void {
  const given = headers['x-hub-signature'];
  if (!given) throw new BoughError('signature_missing', 'The delivery has no X-Hub-Signature header.');
  const digest = /^sha256=([0-9a-f]{64})$/i.exec(given)?.[1];
  const expected = createHmac('sha256', secret).update(body).digest();
  if (!digest || !timingSafeEqual(Buffer.from(digest, 'hex'), expected)) {
    throw new BoughError('signature_invalid', 'The signature does not match the delivery.');
  }
}
