import type { Delivery } from '../domain/deliveries/delivery.ts';

/** Bitbucket's id of a delivery: Cloud's, else Server's. Null for none, and for what is not worth being kept as one. */
export function deliveryId({
  'x-request-uuid': cloud,
  'x-request-id': server,
}: Delivery['headers']): string | null {
  const id = cloud ?? server ?? '';
  return /^[\w-]{1,64}$/.test(id) ? id : null;
}
