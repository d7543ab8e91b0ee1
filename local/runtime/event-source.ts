import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Log, logProblem } from '../log/log.ts';
import type { Invoke } from './function-pool.ts';
import { createSqsEvent, selectProcessed } from './sqs-records.ts';

/** An event source mapping: a queue and the function that receives its messages. */
export interface EventSource {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly invoke: Invoke;
  /** Maximum number of messages per batch, 1 to 10. */
  readonly batchSize: number;
  /** Whether the function's result names the failed messages. */
  readonly reportsFailures: boolean;
  /** Maximum number of concurrent batches. */
  readonly concurrency: number;
}

/** A running poller of one queue. */
export interface Poller {
  /** Stops receiving. Running batches may finish and delete their messages. */
  stop(): Promise<void>;
  /** Resolves when no batch runs. */
  idle(): Promise<void>;
}

/** SQS's limit for long polling. */
const MAX_WAIT_SECONDS = 20;
const RETRY_DELAY_MS = 500;

/**
 * Polls a queue as Lambda's event source mapping does: processed messages are deleted, all others become visible again
 * after their visibility timeout.
 */
export function startPoller(source: EventSource, client: SQSClient, log: Log): Poller {
  const stopped = new AbortController();
  const running = new Set<Promise<void>>();

  async function poll(): Promise<void> {
    while (!stopped.signal.aborted) {
      if (running.size >= source.concurrency) {
        await Promise.race(running);
        continue;
      }
      try {
        dispatch(await receive(source, client, stopped.signal));
      } catch (error) {
        if (stopped.signal.aborted) return;
        logProblem(log, `${source.queueUrl} could not be polled`, error);
        await delay(RETRY_DELAY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
    }
  }

  function dispatch(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    const batch = processBatch(source, client, messages).catch((error: unknown) =>
      logProblem(log, `A batch of ${source.queueUrl} could not be completed`, error),
    );
    running.add(batch);
    batch.finally(() => running.delete(batch));
  }

  const polling = poll();
  return {
    async stop() {
      stopped.abort();
      await polling;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

async function receive(
  { queueUrl, batchSize }: EventSource,
  client: SQSClient,
  signal: AbortSignal,
): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: MAX_WAIT_SECONDS,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  const { Messages = [] } = await client.send(command, { abortSignal: signal });
  return Messages;
}

async function processBatch(
  source: EventSource,
  client: SQSClient,
  messages: readonly Message[],
): Promise<void> {
  const event = createSqsEvent(messages, source.queueArn);
  const outcome = await source.invoke(JSON.stringify(event));
  if (!outcome.ok) return;
  const processed = source.reportsFailures ? selectProcessed(messages, outcome.payload) : messages;
  if (processed.length === 0) return;
  const Entries = processed.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: source.queueUrl, Entries }));
}
