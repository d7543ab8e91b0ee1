import type { Delivery, ParsedDelivery } from '../domain/deliveries/delivery.ts';

/** The parsing of deliveries by a provider, without I/O. */
export interface WebhookFormat {
  /** True for the provider's unsigned connection test. */
  isPing(delivery: Delivery): boolean;
  /** @throws BoughError unless the delivery is signed with the secret */
  verify(delivery: Delivery, secret: string): void;
  /** @throws BoughError for a body that is not this provider's */
  parse(delivery: Delivery): ParsedDelivery;
}
