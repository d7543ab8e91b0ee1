import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EffectQueue, EventQueue } from '../../ports.ts';

/** SQS takes ten messages and 256 KiB at a time. */
const mostMessages = 10;
const mostBytes = 240 * 1024;

export function sqsEvents(client: SQSClient, queueUrl: string): EventQueue {
  return { send: (events) => sendAll(client, queueUrl, events) };
}

export function sqsEffects(client: SQSClient, queueUrl: string): EffectQueue {
  return { send: (effects, delay) => sendAll(client, queueUrl, effects, delay) };
}

/** Decides when a message that failed comes again. */
export function sqsPostpone(client: SQSClient, queueUrl: string) {
  return async (receiptHandle: string, seconds: number): Promise<void> => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  };
}

/** The SDK says the invocation's X-Ray trace with every call, and SQS keeps it with the messages for who receives them. */
async function sendAll(
  client: SQSClient,
  queueUrl: string,
  messages: readonly unknown[],
  delay?: number,
): Promise<void> {
  for (const batch of batches(messages.map(bodyOf))) {
    const answer = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: batch.map((body, index) => ({
          Id: String(index),
          MessageBody: body,
          ...(delay ? { DelaySeconds: delay } : {}),
        })),
      }),
    );
    const failed = answer.Failed?.[0];
    // Everything is sent again by whoever retries: what was sent already is decided upon twice, which is harmless.
    if (failed)
      throw new Error(`SQS refused ${answer.Failed?.length} messages: ${failed.Message ?? failed.Code}`);
  }
}

/** JSON without the characters that SQS, or what stands in for it, takes in no message: they are escaped. */
function bodyOf(message: unknown): string {
  return JSON.stringify(message).replace(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

function* batches(bodies: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    if (batch.length === mostMessages || (batch.length > 0 && bytes + size > mostBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(body);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
