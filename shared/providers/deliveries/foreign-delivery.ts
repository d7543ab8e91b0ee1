import type { Delivery, ParsedDelivery } from '../../domain/deliveries/delivery.ts';
import { deliveryId } from './delivery-id.ts';

/** The products whose webhooks Bough reads, as users name them. */
type Product = 'Bitbucket Cloud' | 'Bitbucket Server';

/** The event keys of each product. The two sets are disjoint. */
const keysOf: Record<Product, RegExp> = {
  'Bitbucket Cloud':
    /^(issue|pipeline|pullrequest):|^project:updated$|^repo:(commit_\w+|created|deleted|fork|imported|push|transfer|updated)$/,
  'Bitbucket Server':
    /^(mirror|pr):|^project:modified$|^repo:(comment:\w+|forked|modified|refs_changed|secret_detected)$/,
};

/**
 * Ignores a delivery of another product, with the reason; null for a delivery of `product` itself. The result is not
 * an error, because a server stops sending to a webhook that refuses deliveries.
 */
export function ignoreForeignDelivery(product: Product, { headers }: Delivery): ParsedDelivery | null {
  const because = foreignBecause(product, headers);
  if (because === null) return null;
  return {
    id: deliveryId(headers),
    repository: { uuid: null, full_name: null },
    events: [],
    ignored: [{ because }],
  };
}

function foreignBecause(product: Product, headers: Delivery['headers']): string | null {
  // The plugin "Post Webhooks for Bitbucket" imitates Cloud's payloads with other contents. This header identifies it.
  if (headers['x-bitbucket-type'] === 'server') {
    return 'the plugin Post Webhooks for Bitbucket sent it: Bough needs a webhook of Bitbucket itself';
  }
  const key = headers['x-event-key'] ?? '';
  const other = product === 'Bitbucket Cloud' ? 'Bitbucket Server' : 'Bitbucket Cloud';
  return keysOf[other].test(key)
    ? `${key} is an event of ${other}: this integration is for ${product}`
    : null;
}
