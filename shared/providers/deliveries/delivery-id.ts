import type { Delivery } from '../../domain/deliveries/delivery.ts';

/** The id that Bitbucket gave a delivery: the header of Cloud, else of Server. Null without a well-formed id. */
export function deliveryId({
  'x-request-uuid': cloud,
  'x-request-id': server,
}: Delivery['headers']): string | null {
  const id = cloud ?? server ?? '';
  return /^[\w-]{1,64}$/.test(id) ? id : null;
}
