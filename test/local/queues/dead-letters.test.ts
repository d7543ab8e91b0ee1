import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/processor/handler.ts';
import { dynamoMessageFailures } from '../../../shared/adapters/aws/dynamodb/message-failures.ts';
import { dynamoTable } from '../../../shared/adapters/aws/dynamodb/table.ts';
import { type RedrivenQueue, sqsDeadLetters } from '../../../shared/adapters/aws/queues/dead-letters.ts';
import { sqsEvents, sqsPostpone } from '../../../shared/adapters/aws/queues/queues.ts';
import type { QueuedEvent } from '../../../shared/domain/deliveries/delivery.ts';
import { BoughError } from '../../../shared/errors.ts';
import type { DeadLetter } from '../../../shared/ports/dead-letters.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { type AwsStandIns, startAwsStandIns } from '../../support/aws-stand-ins.ts';
import { cliWorld } from '../../support/cli.ts';
import { aClock, aLog, someMetrics } from '../../support/doubles.ts';
import { failuresOf } from '../../support/sqs-events.ts';

const clock = aClock();

let local: AwsStandIns;
beforeAll(async () => {
  local = await startAwsStandIns();
});
afterAll(() => local.stop());

/** Creates a queue whose messages become dead letters after two attempts. */
async function aQueue(name: DeadLetter['queue']): Promise<RedrivenQueue & { url: string }> {
  const id = newId();
  const create = async (QueueName: string, Attributes = {}) =>
    (await local.sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  const deadLettersUrl = await create(`${id}-dead-letters`);
  const { Attributes } = await local.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLettersUrl, AttributeNames: ['QueueArn'] }),
  );
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: Attributes?.QueueArn,
    maxReceiveCount: 2,
  });
  return { name, url: await create(id, { RedrivePolicy }), deadLettersUrl };
}

async function aWorld() {
  const events = await aQueue('events');
  const activities = await aQueue('activities');
  const failures = dynamoMessageFailures(dynamoTable(local.dynamodb, local.tableName), clock);
  const prune: RedrivenQueue = { ...(await aQueue('prune')), url: null };
  const deadLetters = sqsDeadLetters(local.sqs, [events, activities, prune]);
  const putIn = ({ deadLettersUrl }: RedrivenQueue, ...bodies: string[]) =>
    local.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: deadLettersUrl,
        Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
      }),
    );
  return { events, activities, prune, failures, deadLetters, putIn };
}

/** Returns the visible messages of a queue. */
async function messagesIn(url: string) {
  const { Messages = [] } = await local.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
}

describe('a message whose processing fails', () => {
  it('is listed with the reason, and processed after the reason is gone and the message is replayed', async () => {
    const { events, failures, deadLetters } = await aWorld();
    await using world = await cliWorld();
    Object.assign(world.ports, { deadLetters, failures });
    const event: QueuedEvent = {
      project: 'p1',
      integration: 'i1',
      event: { type: 'branch.deleted', branch: 'feature/ünï 🌱' },
      origin: 'a test',
    };
    const state = { isBroken: true };
    const processed: QueuedEvent[] = [];
    const { log } = aLog();
    const handler = createHandler({
      process: async (it) => {
        if (state.isBroken)
          throw new BoughError('git_host_credentials', 'Bitbucket refused the credentials.');
        processed.push(it);
        return 'change';
      },
      conclude: async () => undefined,
      clock: aClock(),
      metrics: someMetrics().metrics,
      log,
      postpone: (receiptHandle) => sqsPostpone(local.sqs, events.url)(receiptHandle, 0),
      recordFailure: failures.record,
    });
    /** Processes one batch as Lambda does. Returns false for an empty queue. */
    const consume = async () => {
      const { Messages: [message] = [] } = await local.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: events.url, MessageSystemAttributeNames: ['All'] }),
      );
      if (!message) return false;
      const { MessageId, ReceiptHandle, Body, Attributes } = message;
      const attempt = Number(Attributes?.ApproximateReceiveCount);
      const failed = await failuresOf(handler, { body: Body, attempt, id: MessageId, handle: ReceiptHandle });
      if (failed.length === 0)
        await local.sqs.send(new DeleteMessageCommand({ QueueUrl: events.url, ReceiptHandle }));
      return true;
    };

    await sqsEvents(local.sqs, events.url).send([event]);
    expect([await consume(), await consume(), await consume()]).toEqual([true, true, false]);

    const columns = ['--columns', 'type,project,code,because,attempts', '--format', 'plain', '--no-header'];
    const listed = await world.bough(['deadletter:list', ...columns]);
    expect(listed.stdout).toBe(
      'branch.deleted\tp1\tgit_host_credentials\t' +
        'Bitbucket refused the credentials. Give the integration valid Bitbucket credentials.\t2\n',
    );

    state.isBroken = false;
    const replayed = await world.bough(['deadletter:replay', '--all']);
    expect(replayed).toMatchObject({ code: 0, stderr: expect.stringContaining('Replayed 1 dead letter.') });
    expect(await consume()).toBe(true);
    expect(processed).toEqual([event]);
    expect(await deadLetters.list()).toEqual({ letters: [], hasMore: false });
  });
});

describe('dead letters', () => {
  it('are listed completely, of every queue, over the page size of SQS, and repeatedly', async () => {
    const { events, activities, prune, deadLetters, putIn } = await aWorld();
    const bodies = (name: string) => Array.from({ length: 10 }, (_, index) => `${name} ${index}`);
    await putIn(events, ...bodies('a'));
    await putIn(events, ...bodies('b'));
    await putIn(activities, ...bodies('c'));
    await putIn(prune, ...bodies('d'));

    for (const _ of ['once', 'and again']) {
      const { letters, hasMore } = await deadLetters.list();
      expect(letters.map(({ body }) => body).sort()).toEqual(['a', 'b', 'c', 'd'].flatMap(bodies));
      expect(hasMore).toBe(false);
    }
  });

  it('are listed incompletely, and marked so, for a queue with very many; other queues are complete', async () => {
    const { events, activities, deadLetters, putIn } = await aWorld();
    await putIn(activities, 'effect');
    const bodies = Array.from({ length: 10 }, (_, index) => String(index));
    for (let count = 0; count < 510; count += 10) await putIn(events, ...bodies);

    const { letters, hasMore } = await deadLetters.list();

    expect(new Set(letters.map(({ id }) => id)).size).toBe(501);
    expect(letters).toContainEqual(expect.objectContaining({ body: 'effect' }));
    expect(hasMore).toBe(true);
  });

  it('are replayed to their own queues, and only the named ones', async () => {
    const { events, activities, deadLetters, putIn } = await aWorld();
    await putIn(events, 'event', 'other event');
    await putIn(activities, 'effect');
    const { letters } = await deadLetters.list();
    const named = letters.filter(({ body }) => body !== 'other event').map(({ id }) => id);

    const replayed = await deadLetters.replay([...named, 'gone']);

    expect(replayed.map(({ body }) => body)).toEqual(['event', 'effect']);
    expect((await messagesIn(events.url)).map(({ Body }) => Body)).toEqual(['event']);
    expect((await messagesIn(activities.url)).map(({ Body }) => Body)).toEqual(['effect']);
    expect((await deadLetters.list()).letters.map(({ body }) => body)).toEqual(['other event']);
  });

  it('of the schedule can be dropped but not replayed, nor can the messages named with them', async () => {
    const { events, prune, deadLetters, putIn } = await aWorld();
    await putIn(events, 'event');
    await putIn(prune, 'tick', 'other tick');
    const { letters } = await deadLetters.list();
    const named = letters.filter(({ body }) => body !== 'other tick').map(({ id }) => id);

    await expect(deadLetters.replay(named)).rejects.toMatchObject({
      code: 'refused',
      remedy: expect.stringContaining('Drop them'),
    });

    expect(await messagesIn(events.url)).toEqual([]);
    expect((await deadLetters.list()).letters).toHaveLength(3);
    expect((await deadLetters.drop(named)).map(({ body }) => body).sort()).toEqual(['event', 'tick']);
    expect((await deadLetters.list()).letters.map(({ body }) => body)).toEqual(['other tick']);
  });

  it('contain the reason of a failed delivery by the scheduler', async () => {
    const { prune, deadLetters } = await aWorld();
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    await local.sqs.send(
      new SendMessageCommand({
        QueueUrl: prune.deadLettersUrl,
        MessageBody: '{}',
        MessageAttributes: {
          ERROR_CODE: attribute('AWS.Scheduler.TooManyRequests'),
          ERROR_MESSAGE: attribute('Rate exceeded.'),
        },
      }),
    );

    expect((await deadLetters.list()).letters).toMatchObject([{ undelivered: 'Rate exceeded.' }]);
  });

  it('are removed when they are dropped', async () => {
    const { events, deadLetters, putIn } = await aWorld();
    await putIn(events, 'event', 'other event');
    const { letters } = await deadLetters.list();
    const ids = letters.filter(({ body }) => body === 'event').map(({ id }) => id);

    expect(await deadLetters.drop(ids)).toMatchObject([{ body: 'event' }]);

    expect(await messagesIn(events.url)).toEqual([]);
    expect((await deadLetters.list()).letters.map(({ body }) => body)).toEqual(['other event']);
  });

  it('stay visible in their queue when sending fails', async () => {
    const { events, putIn } = await aWorld();
    await putIn(events, 'event');
    const nowhere = { ...events, url: `${events.url}-not-there` };
    const deadLetters = sqsDeadLetters(local.sqs, [nowhere]);
    const { letters } = await deadLetters.list();

    await expect(deadLetters.replay(letters.map(({ id }) => id))).rejects.toThrow();

    expect((await deadLetters.list()).letters).toEqual(letters);
  });
});

describe('the failure of a message', () => {
  const failures = () => dynamoMessageFailures(dynamoTable(local.dynamodb, local.tableName), clock);

  it('is the most recent one', async () => {
    const id = newId();
    await failures().record(id, 1, new Error('DynamoDB is away'));
    await failures().record(id, 2, new BoughError('conflict', 'It was changed.'));

    expect(await failures().get(id)).toEqual({
      code: 'conflict',
      because: 'It was changed. Try again: a concurrent change came first.',
      attempts: 2,
      failed_at: clock.now(),
    });
  });

  it('is null without a record', async () => {
    expect(await failures().get(newId())).toBeNull();
  });
});
