import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { BoughError } from '../../../errors.ts';
import type { DeadLetter, DeadLetters } from '../../../ports/dead-letters.ts';
import { inParallel } from '../../../runtime/in-parallel.ts';

/** A queue and its dead-letter queue. `url` is null for ticks of the schedule, which come from no queue. */
export interface RedrivenQueue {
  name: DeadLetter['queue'];
  url: string | null;
  deadLettersUrl: string;
}

/** Dead letters of each queue that one call reads: they are held in memory, and a call has half a minute. */
export const most = 500;

/** Longer than a request may last. Letters of an interrupted request become visible again after this time. */
const heldSeconds = 30;

/** The attribute in which EventBridge Scheduler reports why it could not deliver a tick. */
const errorMessage = 'ERROR_MESSAGE';

/** SQS's limit of messages per request. */
const batchSize = 10;

/** A received letter, with the handle that deletes or releases it. */
interface Held {
  letter: DeadLetter;
  receiptHandle: string;
  isTaken: boolean;
}

/** Reads, replays and drops the messages of SQS's dead-letter queues. */
export function sqsDeadLetters(client: SQSClient, queues: readonly RedrivenQueue[]): DeadLetters {
  /** Receives letters in batches, each letter once, until the queue is empty or the limit is reached. */
  async function* letters(queue: RedrivenQueue): AsyncGenerator<Held[]> {
    for (let count = 0; count < most; ) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queue.deadLettersUrl,
          MaxNumberOfMessages: Math.min(batchSize, most - count),
          VisibilityTimeout: heldSeconds,
          // Short polling queries only some of SQS's servers and can return nothing although there are messages.
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['SentTimestamp'],
          MessageAttributeNames: [errorMessage],
        }),
      );
      if (Messages.length === 0) return;
      count += Messages.length;
      yield Messages.map((message) => held(queue, message));
    }
  }

  const putBack = async ({ deadLettersUrl }: RedrivenQueue, all: readonly Held[]) => {
    for (let start = 0; start < all.length; start += batchSize) {
      const batch = all.slice(start, start + batchSize);
      await client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: deadLettersUrl,
          Entries: batch.map(({ receiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          })),
        }),
      );
    }
  };

  /** Passes a queue's letters to `see` in batches until it has enough, and releases the letters that were not deleted. */
  const visit = async (queue: RedrivenQueue, see: (batch: Held[]) => Promise<'enough' | 'more'>) => {
    const seen: Held[] = [];
    try {
      for await (const batch of letters(queue)) {
        seen.push(...batch);
        if ((await see(batch)) === 'enough') break;
      }
    } finally {
      const kept = seen.filter(({ isTaken }) => !isTaken);
      // Letters that are not released become visible again later.
      await putBack(queue, kept).catch(() => undefined);
    }
  };

  /** Deletes the letters with these ids, each after `before` has resolved for it. */
  const take = async (
    ids: readonly string[],
    before: (url: string | null, body: string) => Promise<unknown>,
  ) => {
    const missing = new Set(ids);
    const taken: DeadLetter[] = [];
    const takeAway = async (queue: RedrivenQueue, held: Held) => {
      await before(queue.url, held.letter.body);
      await client.send(
        new DeleteMessageCommand({ QueueUrl: queue.deadLettersUrl, ReceiptHandle: held.receiptHandle }),
      );
      held.isTaken = true;
      taken.push(held.letter);
    };
    for (const queue of queues) {
      if (missing.size === 0) break;
      await visit(queue, async (batch) => {
        const named = batch.filter(({ letter }) => missing.delete(letter.id));
        await inParallel(named, batchSize, (held) => takeAway(queue, held));
        return missing.size === 0 ? 'enough' : 'more';
      });
    }
    return taken;
  };

  const listOf = async (queue: RedrivenQueue) => {
    const found = new Map<string, DeadLetter>();
    await visit(queue, async (batch) => {
      for (const { letter } of batch) found.set(letter.id, letter);
      return 'more';
    });
    return [...found.values()];
  };

  const refuseTicks = async (ids: readonly string[]) => {
    const lists = await Promise.all(queues.filter(({ url }) => url === null).map(listOf));
    const ticks = lists.flat().filter(({ id }) => ids.includes(id));
    if (ticks.length === 0) return;
    const named = ticks.map(({ id }) => id).join(', ');
    throw new BoughError('refused', `Ticks of the schedule are not replayed: ${named}.`, {
      remedy: 'Drop them: the next prune does all that they would have done.',
    });
  };

  return {
    async list() {
      const found = await Promise.all(queues.map(listOf));
      return { letters: found.flat(), hasMore: found.some(({ length }) => length >= most) };
    },
    async replay(ids) {
      await refuseTicks(ids);
      return take(ids, async (QueueUrl, MessageBody) => {
        // If the delete fails, the message is delivered twice; consumers are idempotent.
        if (QueueUrl) await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      });
    },
    drop: (ids) => take(ids, async () => undefined),
  };
}

function held({ name }: RedrivenQueue, message: Message): Held {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes, MessageAttributes } = message;
  return {
    letter: {
      id: MessageId,
      queue: name,
      body: Body,
      sent_at: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
      undelivered: MessageAttributes?.[errorMessage]?.StringValue ?? null,
    },
    receiptHandle: ReceiptHandle,
    isTaken: false,
  };
}
