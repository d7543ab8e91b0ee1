import * as z from 'zod/mini';
import { described, page } from './common.ts';

/** The states of Upsun's API. Activities are never in some of them; filtering by these finds nothing. */
const UpsunState = z.enum(['pending', 'scheduled', 'staged', 'in_progress', 'complete', 'cancelled']);

/** The query that filters and pages a list of activities. */
export const ActivityQuery = z.strictObject({
  type: z.optional(z.array(z.string())),
  state: z.optional(z.array(UpsunState)),
  result: z.optional(z.array(z.enum(['success', 'failure']))),
  starts_at: described(
    z.optional(z.iso.datetime({ offset: true, error: 'Must be a time like 2026-01-31T12:00:00Z' })),
    'Only activities that were created before this time',
  ),
  ...page,
});
/** A parsed `ActivityQuery`. */
export type ActivityQuery = z.infer<typeof ActivityQuery>;

/** The query that reads a part of a log. Clients of Upsun's API send more parameters, which are ignored. */
export const LogQuery = z.object({
  start_at: described(tolerant(z.int().check(z.minimum(0))), 'The number of lines to skip'),
  max_items: described(tolerant(z.int().check(z.minimum(0))), 'The largest number of lines to return'),
  max_delay: described(z.optional(z.unknown()), 'Ignored: responses do not wait for new lines'),
});
/** A parsed `LogQuery`. */
export type LogQuery = z.infer<typeof LogQuery>;

/** Treats an invalid value as an absent one, as Upsun's API does. */
function tolerant<T extends z.ZodMiniType>(schema: T) {
  return z.catch(z.optional(schema), undefined);
}
