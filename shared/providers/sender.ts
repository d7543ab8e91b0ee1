import type { Delivery, ParsedDelivery } from '../domain/deliveries/delivery.ts';
import { deliveryId } from './delivery-id.ts';

/** The two Bitbuckets, by the names that they have for their users. */
type Product = 'Bitbucket Cloud' | 'Bitbucket Server';

/** No event of one is an event of the other. */
const keysOf: Record<Product, RegExp> = {
  'Bitbucket Cloud':
    /^(issue|pipeline|pullrequest):|^project:updated$|^repo:(commit_\w+|created|deleted|fork|imported|push|transfer|updated)$/,
  'Bitbucket Server':
    /^(mirror|pr):|^project:modified$|^repo:(comment:\w+|forked|modified|refs_changed|secret_detected)$/,
};

/**
 * What a delivery that did not come from `product` leads to: nothing, with the reason. Null for its own.
 * It is answered as taken, since a server stops sending to where it is refused.
 */
export function ignoreForeign(product: Product, { headers }: Delivery): ParsedDelivery | null {
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
  // The plugin imitates Bitbucket Cloud, with other contents, and says so in this header.
  if (headers['x-bitbucket-type'] === 'server') {
    return 'the plugin Post Webhooks for Bitbucket sent it: Bough needs a webhook of Bitbucket itself';
  }
  const key = headers['x-event-key'] ?? '';
  const other = product === 'Bitbucket Cloud' ? 'Bitbucket Server' : 'Bitbucket Cloud';
  return keysOf[other].test(key)
    ? `${key} is an event of ${other}: this integration is for ${product}`
    : null;
}
