import type { DeliveryRefused } from './refused-deliveries.ts';
import type { SourceEvent } from './source-event.ts';

/** A source event on its way to the processor. */
export interface QueuedEvent {
  project: string;
  integration: string;
  event: SourceEvent | DeliveryRefused;
  /** What brought it: a delivery, or why we made it up ourselves. */
  origin: string;
  /** The delivery's id, by which all that came of it is found in the log. */
  delivery?: string;
  /** When Bitbucket delivered it; absent for what we made up. */
  delivered_at?: string;
}

/** One HTTP call from Bitbucket, with the bytes as they came. Header names are lower-case. */
export interface Delivery {
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
  /** Ours, for one that comes without Bitbucket's. */
  id?: string;
}

/** What a delivery says, in our words. What leads to nothing has its reason, which Bitbucket shows to its users. */
export interface ParsedDelivery {
  /** Bitbucket's id of the delivery, for logs; unknown when a proxy dropped the header. */
  id: string | null;
  /** The repository that the delivery is about, as far as it says. */
  repository: { uuid: string | null; full_name: string | null };
  events: SourceEvent[];
  ignored: { because: string }[];
}

/** The tag of a queued source event in the events queue, which also receives EventBridge's events. */
export const sourceEventKind = 'source_event';
