import * as z from 'zod/mini';
import { type DeliveryNote, mostDeliveries } from '../../../domain/deliveries/delivery-note.ts';
import type { Deliveries } from '../../../ports/deliveries.ts';
import { StoreConflict } from '../../../ports/store-conflict.ts';
import type { Place, Table } from './table.ts';

/** Days for which the note of a delivery is kept. */
export const keptDays = 7;

const DeliveryNoteRecord: z.ZodMiniType<DeliveryNote> = z.object({
  delivery: z.string(),
  at: z.string(),
  event: z.string(),
  position: z.int(),
  ignored: z.array(z.string()),
  change: z.nullable(
    z.object({
      type: z.enum([
        'branch.pushed',
        'branch.deleted',
        'pull_request.opened',
        'pull_request.updated',
        'pull_request.merged',
        'pull_request.declined',
        'pull_request.deleted',
        'pull_request.superseded',
        'repository.changed',
        'tags.changed',
      ]),
      branch: z.exactOptional(z.string()),
      pull_request: z.exactOptional(z.int()),
      verdict: z.enum(['change', 'ignore', 'fetch', 'mirror']),
      because: z.string(),
      activity: z.exactOptional(z.string()),
    }),
  ),
});

/** The partition of the notes about a project's deliveries. */
export const deliveriesOf = (project: string) => `PROJECT#${project}#DELIVERIES`;

/** The keys of a note: the notes of an integration are in the order of their deliveries and changes. */
function place(project: string, integration: string, { at, delivery, position }: DeliveryNote): Place {
  return {
    pk: deliveriesOf(project),
    sk: `${integration}#${at}#${delivery}#${String(position).padStart(3, '0')}`,
  };
}

/** Stores the notes of deliveries, one item for each change. */
export function dynamoDeliveries(table: Pick<Table, 'save' | 'query'>): Deliveries {
  return {
    async record(project, integration, note) {
      const expires_at = Math.floor(Date.parse(note.at) / 1000) + keptDays * 86_400;
      const item = { ...note, version: 1, expires_at };
      await table.save(place(project, integration, note), item).catch((error: unknown) => {
        if (!(error instanceof StoreConflict)) throw error;
      });
    },
    listOf: (project, integration) =>
      table.query(deliveriesOf(project), `${integration}#`, DeliveryNoteRecord, {
        order: 'descending',
        pageSize: mostDeliveries + 1,
        consistency: 'eventual',
      }),
  };
}
