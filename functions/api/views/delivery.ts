import type { Delivery } from '../../../shared/api/delivery.ts';
import type { NotedDelivery } from '../../../shared/domain/deliveries/delivery-note.ts';

/** The view of a delivery. */
export function deliveryView({ accepted, ignored, ...delivery }: NotedDelivery): Delivery {
  return {
    ...delivery,
    accepted: accepted.map(({ verdict: _, ...change }) => change),
    ignored: ignored.map((because) => ({ because })),
  };
}
