import * as z from 'zod/mini';
import type { MessageFailure } from '../../../shared/domain/deployment/message-failure.ts';
import type { DeadLetter } from '../../../shared/ports/dead-letters.ts';
import { jsonOrUndefined } from '../../../shared/runtime/json.ts';

/** Lambda's record of an invocation that failed too often: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const GivenUp = z.object({
  timestamp: z.string(),
  requestContext: z.object({ condition: z.string(), approximateInvokeCount: z.int() }),
  responsePayload: z.optional(z.nullable(z.object({ errorMessage: z.string() }))),
});

/** The failure of a tick: the scheduler reports it in the letter's attributes, Lambda in its body. */
export function failureOfTick({ body, sent_at, undelivered }: DeadLetter): MessageFailure | null {
  if (undelivered !== null) {
    return {
      code: 'internal',
      because: `It was not delivered: ${undelivered}`,
      attempts: 0,
      failed_at: sent_at,
    };
  }
  const record = GivenUp.safeParse(jsonOrUndefined(body));
  if (!record.success) return null;
  const { timestamp, requestContext, responsePayload } = record.data;
  return {
    code: 'internal',
    because: responsePayload?.errorMessage ?? `Lambda gave it up: ${requestContext.condition}`,
    attempts: requestContext.approximateInvokeCount,
    failed_at: timestamp,
  };
}
