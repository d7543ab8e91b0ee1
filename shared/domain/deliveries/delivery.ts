import type { DeliveryPart } from './delivery-note.ts';
import type { DeliveryRefused } from './refused-deliveries.ts';
import type { SourceEvent } from './source-event.ts';

/** A source event on its way to the processor. */
export interface QueuedEvent {
  project: string;
  integration: string;
  event: SourceEvent | DeliveryRefused | DeliveryIgnored;
  /** The source of the event: a delivery, or the reason for which Bough created the event. */
  origin: string;
  /** The delivery's id, which correlates the log lines of its processing. */
  delivery?: string;
  /** The time of the delivery; absent for events that Bough created. */
  delivered_at?: string;
  /** The content of the delivery's note; absent for events that Bough created. */
  part?: DeliveryPart;
}

/** The event of an authentic delivery without any change that counts. */
interface DeliveryIgnored {
  type: 'delivery.ignored';
}

/** One HTTP call from Bitbucket with its unmodified body. Header names are in lower case. */
export interface Delivery {
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
  /** Bough's id for a delivery without one of Bitbucket's. */
  id?: string;
}

/** The normalised content of a delivery. Ignored parts have a reason, which Bitbucket shows to its users. */
export interface ParsedDelivery {
  /** Bitbucket's id of the delivery, for logs; null when a proxy removed the header. */
  id: string | null;
  /** The repository of the delivery, as far as the body names it. */
  repository: { uuid: string | null; full_name: string | null };
  events: SourceEvent[];
  ignored: { because: string }[];
}

/** The tag of a queued source event in the events queue, which also receives EventBridge's events. */
export const sourceEventKind = 'source_event';
