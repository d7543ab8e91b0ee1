import type * as z from 'zod/mini';
import type { ParsedDelivery } from '../domain/deliveries/delivery.ts';
import type { SourceEvent } from '../domain/deliveries/source-event.ts';

/** The meaning of a delivery, or of one of its changes. */
export type Parsed = Pick<ParsedDelivery, 'events' | 'ignored'>;

export function one(event: SourceEvent): Parsed {
  return { events: [event], ignored: [] };
}

export function nothing(because: string): Parsed {
  return { events: [], ignored: [{ because }] };
}

/** The meaning of several changes: each of them counts, whatever the others are. */
export function all(parts: readonly Parsed[]): Parsed {
  return {
    events: parts.flatMap(({ events }) => events),
    ignored: parts.flatMap(({ ignored }) => ignored),
  };
}

/** Reads one change of a delivery. A change that is not as `schema` has it is ignored, and the wrong field named. */
export function readChange<T>(
  what: string,
  schema: z.ZodMiniType<T>,
  value: unknown,
  meaning: (change: T) => Parsed,
): Parsed {
  const { success, data, error } = schema.safeParse(value);
  if (success) return meaning(data);
  const [issue] = error.issues;
  const field = issue && issue.path.length > 0 ? `, ${issue.path.join('.')}` : '';
  return nothing(`${what} is not understood${field}: ${issue?.message ?? 'invalid'}`);
}
