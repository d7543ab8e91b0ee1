import type { DeliveryNote } from '../domain/deliveries/delivery-note.ts';

/** The store of notes about deliveries. Notes expire. */
export interface Deliveries {
  /** Stores a note unless there is one for the same change: a repeated message finds its own work done. */
  record(project: string, integration: string, note: DeliveryNote): Promise<void>;
  /** The notes of an integration, newest first. */
  listOf(project: string, integration: string): AsyncIterable<DeliveryNote>;
}
