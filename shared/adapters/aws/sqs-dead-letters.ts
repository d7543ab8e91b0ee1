import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { BoughError } from '../../errors.ts';
import type { DeadLetter, DeadLetters } from '../../ports/dead-letters.ts';
import { inParallel } from '../../runtime/in-parallel.ts';

/** A queue, and where its messages end that nobody could process. Ticks of the schedule come from no queue. */
export interface RedrivenQueue {
  name: DeadLetter['queue'];
  url: string | null;
  deadLettersUrl: string;
}

/** Dead letters of each queue that one call reads: they are held in memory, and a call has half a minute. */
export const most = 500;

/** Longer than a call may last: what it holds when it is cut off comes back by itself. */
const heldSeconds = 30;

/** What EventBridge Scheduler attaches to what it could not deliver. */
const errorMessage = 'ERROR_MESSAGE';

/** What SQS gives and takes at a time. */
const batchSize = 10;

/** A letter, and what SQS wants to know it by while it is held. */
interface Held {
  letter: DeadLetter;
  receiptHandle: string;
  isTaken: boolean;
}

export function sqsDeadLetters(client: SQSClient, queues: readonly RedrivenQueue[]): DeadLetters {
  /** Takes letters out, a few at a time, until there are none left or enough; each comes once. */
  async function* letters(queue: RedrivenQueue): AsyncGenerator<Held[]> {
    for (let count = 0; count < most; ) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queue.deadLettersUrl,
          MaxNumberOfMessages: Math.min(batchSize, most - count),
          VisibilityTimeout: heldSeconds,
          // Without waiting SQS asks only some of its machines, and so finds nothing where there is something.
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

  /** Looks at a queue's letters, a few at a time, until `see` has seen enough; puts back what it has not taken away. */
  const visit = async (queue: RedrivenQueue, see: (batch: Held[]) => Promise<'enough' | 'more'>) => {
    const seen: Held[] = [];
    try {
      for await (const batch of letters(queue)) {
        seen.push(...batch);
        if ((await see(batch)) === 'enough') break;
      }
    } finally {
      const kept = seen.filter(({ isTaken }) => !isTaken);
      // Without that they come back too, only later.
      await putBack(queue, kept).catch(() => undefined);
    }
  };

  /** Takes the letters away that are named, once `before` has been done with them. */
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
        // Should the letter then not go away, it is sent twice: whoever receives it counts on that.
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
