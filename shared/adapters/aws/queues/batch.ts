import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Log } from '../../../ports/log.ts';
import { subjectOf } from './message-subject.ts';

/** Sets the seconds after which a failed message becomes visible again, usually earlier than the queue's own timeout. */
export type Postpone = (receiptHandle: string, seconds: number) => Promise<void>;

/** Stores the reason of a message's failure, for operators who find the message in the dead-letter queue. */
export type RecordFailure = (messageId: string, attempts: number, error: unknown) => Promise<void>;

interface Ports {
  log: Log;
  postpone: Postpone;
  recordFailure: RecordFailure;
}

/**
 * Handles a batch record by record. Failed records return to the queue with a growing delay, and to the dead-letter
 * queue after too many attempts. The other records are done.
 */
export function eachRecord(
  handle: (record: SQSRecord) => Promise<void>,
  { log, postpone, recordFailure }: Ports,
) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    // Sequentially, because records of one environment would conflict with each other.
    for (const record of event.Records) {
      try {
        await handle(record);
      } catch (error) {
        failed.push(record.messageId);
        const attempt = attemptOf(record);
        const fields = { ...subjectOf(record.body), messageId: record.messageId };
        log.error('message failed', { ...fields, attempt, error });
        // The reason is optional information, so a failure to store it is only logged.
        await recordFailure(record.messageId, attempt, error).catch((cause: unknown) => {
          log.warn('failure not recorded', { ...fields, error: cause });
        });
        // After a failure here the queue's own visibility timeout applies, which is longer.
        await postpone(record.receiptHandle, secondsBefore(attempt + 1)).catch((cause: unknown) => {
          log.warn('message not postponed', { ...fields, error: cause });
        });
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** The number of times that SQS has delivered a message, including this time. */
export function attemptOf(record: SQSRecord): number {
  return Number(record.attributes.ApproximateReceiveCount);
}

/** 5 s before the second attempt, then 30 s, 3 min, and 15 min from there on. */
function secondsBefore(attempt: number): number {
  return Math.min(5 * 6 ** (attempt - 2), 900);
}
