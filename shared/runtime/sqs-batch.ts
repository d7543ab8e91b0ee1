import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Log } from '../ports.ts';

/**
 * Handles a batch record by record. Those that fail go back to the queue by themselves, and after
 * too many times to the dead letters; the others are done.
 */
export function eachRecord(handle: (record: SQSRecord) => Promise<void>, log: Log) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    // One after the other: records of one environment would only get into each other's way.
    for (const record of event.Records) {
      try {
        await handle(record);
      } catch (error) {
        failed.push(record.messageId);
        log.error('message failed', { messageId: record.messageId, attempt: attemptOf(record), error });
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** How often SQS has given out a message, this time included. */
export function attemptOf(record: SQSRecord): number {
  return Number(record.attributes.ApproximateReceiveCount);
}
