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

/** A queue whose messages go to a function. */
export interface EventSource {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly invoke: Invoke;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsFailures: boolean;
  /** Most batches at a time. */
  readonly concurrency: number;
}

export interface Poller {
  /** Takes no more messages. Batches that run may still finish and delete theirs. */
  stop(): Promise<void>;
  /** Resolves when no batch runs. */
  idle(): Promise<void>;
}

/** SQS's limits. */
const MAX_RECEIVED = 10;
const MAX_WAIT_SECONDS = 20;
const RETRY_DELAY_MS = 500;

/**
 * Polls a queue as Lambda's event source mapping does: processed messages are deleted, all others come back when their
 * visibility timeout is over.
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
        dispatch(await collectBatch(source, client, stopped.signal));
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

/** Waits for a message, then for the batch to fill as long as the batching window is open. */
async function collectBatch(source: EventSource, client: SQSClient, signal: AbortSignal): Promise<Message[]> {
  const messages = await receive(source, client, source.batchSize, MAX_WAIT_SECONDS, signal);
  const closes = Date.now() + source.windowSeconds * 1000;
  while (messages.length > 0 && messages.length < source.batchSize && Date.now() < closes) {
    const wait = Math.min(MAX_WAIT_SECONDS, Math.ceil((closes - Date.now()) / 1000));
    const more = await receive(source, client, source.batchSize - messages.length, wait, signal);
    messages.push(...more);
  }
  return messages;
}

async function receive(
  { queueUrl }: EventSource,
  client: SQSClient,
  wanted: number,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(MAX_RECEIVED, wanted),
    WaitTimeSeconds: waitSeconds,
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
  for (let start = 0; start < processed.length; start += MAX_RECEIVED) {
    const entries = processed.slice(start, start + MAX_RECEIVED).map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
    }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: source.queueUrl, Entries: entries }));
  }
}
