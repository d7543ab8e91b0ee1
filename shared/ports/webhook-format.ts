import type { Delivery, ParsedDelivery } from '../domain/deliveries/delivery.ts';

/** The pure half of a provider: it needs nothing but the bytes. */
export interface WebhookFormat {
  /** True for the provider's unsigned connection test. */
  isPing(delivery: Delivery): boolean;
  /** Throws a `BoughError` unless the delivery is signed with the secret. */
  verify(delivery: Delivery, secret: string): void;
  /** Throws a `BoughError` for a body that is not this provider's. */
  parse(delivery: Delivery): ParsedDelivery;
}
