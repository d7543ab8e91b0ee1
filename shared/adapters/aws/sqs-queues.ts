import { setTimeout as delay } from 'node:timers/promises';
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EffectQueue, EventQueue } from '../../ports/queues.ts';
import { inParallel } from '../../runtime/in-parallel.ts';

/** SQS takes ten messages and 256 KiB at a time. */
const mostMessages = 10;
const mostBytes = 240 * 1024;
/** Thousands of messages, as a fetch of a large repository has them, are sent within seconds. */
const batchesAtOnce = 8;
/** SQS can take a part of a batch; only the rest is sent again. */
const mostAttempts = 4;
const firstPause = 100;

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

/** A message in a fair queue: SQS prefers the projects that take up little of the functions' time. */
interface FairMessage {
  body: string;
  project: string;
}

/** The SDK says the invocation's X-Ray trace with every call, and SQS keeps it with the messages for who receives them. */
async function sendAll(
  client: SQSClient,
  queueUrl: string,
  messages: readonly { project: string }[],
  seconds?: number,
): Promise<void> {
  const all = [...batches(messages.map((message) => ({ body: bodyOf(message), project: message.project })))];
  await inParallel(all, batchesAtOnce, (batch) => sendBatch(client, queueUrl, batch, seconds));
}

/**
 * Sends a batch, and what SQS refused of it again.
 * @throws Error when messages stay refused; a caller that repeats the whole does no harm
 */
async function sendBatch(
  client: SQSClient,
  queueUrl: string,
  batch: readonly FairMessage[],
  seconds: number | undefined,
): Promise<void> {
  let entries = batch.map(({ body, project }, index) => ({
    Id: String(index),
    MessageBody: body,
    MessageGroupId: project,
    ...(seconds ? { DelaySeconds: seconds } : {}),
  }));
  for (let attempt = 1; ; attempt++) {
    const { Failed: failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
    );
    const [first] = failed;
    if (!first) return;
    if (attempt === mostAttempts || failed.some(({ SenderFault }) => SenderFault)) {
      throw new Error(`SQS refused ${failed.length} messages: ${first.Message ?? first.Code}`);
    }
    const refused = new Set(failed.map(({ Id }) => Id));
    entries = entries.filter(({ Id }) => refused.has(Id));
    await delay(firstPause * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
  }
}

/** JSON without the characters that SQS, or what stands in for it, takes in no message: they are escaped. */
function bodyOf(message: unknown): string {
  return JSON.stringify(message).replace(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

function* batches(messages: readonly FairMessage[]): Generator<FairMessage[]> {
  let batch: FairMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.body);
    if (batch.length === mostMessages || (batch.length > 0 && bytes + size > mostBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
