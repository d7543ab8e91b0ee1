import * as z from 'zod/mini';
import type { MessageFailure } from '../../../domain/deployment/message-failure.ts';
import { cut } from '../../../domain/values/text.ts';
import { BoughError, explain } from '../../../errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { MessageFailures } from '../../../ports/queues.ts';
import type { Place, Table } from './table.ts';

/** The retention period of the dead-letter queues. */
export const keptDays = 14;

/** The maximum length of a stored reason, in characters. */
const longestReason = 1000;

const MessageFailureRecord: z.ZodMiniType<MessageFailure> = z.object({
  code: z.string(),
  because: z.string(),
  attempts: z.int(),
  failed_at: z.string(),
});

const place = (messageId: string): Place => ({ pk: `MESSAGE#${messageId}`, sk: 'FAILURE' });

/** Stores the last failure of each message. */
export function dynamoMessageFailures(table: Table, clock: Pick<Clock, 'now'>): MessageFailures {
  return {
    async record(messageId, attempts, error) {
      const failed_at = clock.now();
      await table.record(place(messageId), {
        code: error instanceof BoughError ? error.code : 'internal',
        because: cut(reasonOf(error), longestReason),
        attempts,
        failed_at,
        expires_at: Math.floor(Date.parse(failed_at) / 1000) + keptDays * 86_400,
      });
    },
    get: (messageId) => table.get(place(messageId), MessageFailureRecord, 'eventual'),
  };
}

function reasonOf(error: unknown): string {
  // A ZodError's own message is a JSON document.
  if (error instanceof z.core.$ZodError) {
    const wrong = error.issues.map(({ path, message }) => `${path.join('.') || 'message'}: ${message}`);
    return `It is no message of this version of Bough: ${wrong.join('; ')}`;
  }
  return explain(error);
}
