import { setTimeout as delay } from 'node:timers/promises';
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { sourceEventKind } from '../../../domain/deliveries/delivery.ts';
import type { EffectQueue, EventQueue } from '../../../ports/queues.ts';
import { inParallel } from '../../../runtime/in-parallel.ts';

/** SQS accepts at most ten messages and 256 KiB per call. */
const mostMessages = 10;
const mostBytes = 240 * 1024;
/** Concurrent calls, so that the thousands of messages of a large repository's fetch are sent within seconds. */
const batchesAtOnce = 8;
/** SQS may accept a part of a batch; only the rest is sent again. */
const mostAttempts = 4;
const firstPause = 100;

/** Sends source events to the events queue. */
export function sqsEvents(client: SQSClient, queueUrl: string): EventQueue {
  return {
    send: (events) =>
      sendAll(
        client,
        queueUrl,
        events.map((event) => ({ kind: sourceEventKind, ...event })),
      ),
  };
}

/** Sends effects to the activities queue. */
export function sqsEffects(client: SQSClient, queueUrl: string): EffectQueue {
  return { send: (effects, delay) => sendAll(client, queueUrl, effects, delay) };
}

/** Sets the seconds after which a failed message becomes visible again. */
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

/** A message of a fair queue, in which SQS prefers projects that occupy little of the functions' time. */
interface FairMessage {
  body: string;
  project: string;
}

/** Sends messages in batches. The SDK adds the invocation's X-Ray trace, which SQS passes on to the receivers. */
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
 * Sends a batch, and sends rejected messages again.
 * @throws Error when messages stay rejected; the caller may repeat the whole batch
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

/** JSON in which the characters that SQS or its local replacement rejects are escaped. */
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
