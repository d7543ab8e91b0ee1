import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Delivery } from '../../domain/deliveries/delivery.ts';
import { BoughError } from '../../errors.ts';

/**
 * Verifies `X-Hub-Signature: sha256=<hex>`, the HMAC of the raw body. Both kinds of Bitbucket send this header for a
 * webhook that has a secret. The error contains neither the given nor the expected signature.
 * @throws BoughError signature_missing, signature_invalid
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
