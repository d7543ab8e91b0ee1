import type * as z from 'zod/mini';
import type { ParsedDelivery } from '../../domain/deliveries/delivery.ts';
import type { SourceEvent } from '../../domain/deliveries/source-event.ts';

/** The events of a delivery or of one of its changes, and the changes that are ignored with a reason. */
export type ParsedChanges = Pick<ParsedDelivery, 'events' | 'ignored'>;

/** One event. */
export function singleEvent(event: SourceEvent): ParsedChanges {
  return { events: [event], ignored: [] };
}

/** No event, for a reason that the webhook's response shows. */
export function ignoredChange(because: string): ParsedChanges {
  return { events: [], ignored: [{ because }] };
}

/** Combines the results of several changes. An ignored change does not affect the others. */
export function combined(parts: readonly ParsedChanges[]): ParsedChanges {
  return {
    events: parts.flatMap(({ events }) => events),
    ignored: parts.flatMap(({ ignored }) => ignored),
  };
}

/** Validates one change of a delivery. An invalid change is ignored; the reason names the invalid field. */
export function readChange<T>(
  what: string,
  schema: z.ZodMiniType<T>,
  value: unknown,
  meaning: (change: T) => ParsedChanges,
): ParsedChanges {
  const { success, data, error } = schema.safeParse(value);
  if (success) return meaning(data);
  const [issue] = error.issues;
  const field = issue && issue.path.length > 0 ? `, ${issue.path.join('.')}` : '';
  return ignoredChange(`${what} is not understood${field}: ${issue?.message ?? 'invalid'}`);
}
