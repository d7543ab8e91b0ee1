import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Log } from '../ports/log.ts';
import { subjectOf } from './message-subject.ts';

/** Makes a message that failed visible again, long before the queue would by itself. */
export type Postpone = (receiptHandle: string, seconds: number) => Promise<void>;

/** Keeps why a message failed, for whoever finds it among the dead letters. */
export type Remember = (messageId: string, attempts: number, error: unknown) => Promise<void>;

interface Ports {
  log: Log;
  postpone: Postpone;
  remember: Remember;
}

/**
 * Handles a batch record by record. Those that fail go back to the queue, to be tried again after a while
 * that grows, and after too many times to the dead letters; the others are done.
 */
export function eachRecord(handle: (record: SQSRecord) => Promise<void>, { log, postpone, remember }: Ports) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    // One after the other: records of one environment would only get into each other's way.
    for (const record of event.Records) {
      try {
        await handle(record);
      } catch (error) {
        failed.push(record.messageId);
        const attempt = attemptOf(record);
        const fields = { ...subjectOf(record.body), messageId: record.messageId };
        log.error('message failed', { ...fields, attempt, error });
        // Without its reason a dead letter is still one.
        await remember(record.messageId, attempt, error).catch((cause: unknown) => {
          log.warn('failure not remembered', { ...fields, error: cause });
        });
        // Should this fail too, the queue's own visibility timeout does the same, only later.
        await postpone(record.receiptHandle, secondsBefore(attempt + 1)).catch((cause: unknown) => {
          log.warn('message not postponed', { ...fields, error: cause });
        });
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** How often SQS has given out a message, this time included. */
export function attemptOf(record: SQSRecord): number {
  return Number(record.attributes.ApproximateReceiveCount);
}

/** 5 s before the second attempt, then 30 s, 3 min, and 15 min from there on. */
function secondsBefore(attempt: number): number {
  return Math.min(5 * 6 ** (attempt - 2), 900);
}
