import * as z from 'zod/mini';
import { Time } from './common.ts';

/** A message whose processing failed too often. */
export const DeadLetter = z.object({
  id: z.string(),
  queue: z
    .enum(['events', 'activities', 'prune'])
    .check(z.describe('The queue of the message; messages of `prune` are ticks of the schedule')),
  type: z.string().check(z.describe('The type of the message; `unknown` when it has none')),
  project: z.nullable(z.string()),
  sent_at: Time,
  failure: z
    .nullable(z.object({ code: z.string(), because: z.string(), attempts: z.int(), failed_at: Time }))
    .check(z.describe('The last failure; null when the function ended before it could record one')),
  body: z.string().check(z.describe('The beginning of the message')),
});
/** A parsed `DeadLetter`. */
export type DeadLetter = z.infer<typeof DeadLetter>;

/** A list of dead letters. */
export const DeadLetters = z.object({
  items: z.array(DeadLetter),
  has_more: z.boolean().check(z.describe('True when the queues have more letters than this list')),
});
/** A parsed `DeadLetters`. */
export type DeadLetters = z.infer<typeof DeadLetters>;

/** The response to replaying or dropping dead letters: the ids that were handled, and those that were not found. */
export const HandledDeadLetters = z.object({ done: z.array(z.string()), missing: z.array(z.string()) });
/** A parsed `HandledDeadLetters`. */
export type HandledDeadLetters = z.infer<typeof HandledDeadLetters>;
