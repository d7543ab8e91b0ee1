import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QueuedEventMessage } from '../../../shared/adapters/aws/queues/messages.ts';
import { sqsEvents } from '../../../shared/adapters/aws/queues/queues.ts';
import type { QueuedEvent } from '../../../shared/domain/deliveries/delivery.ts';
import { type AwsStandIns, startAwsStandIns } from '../../support/aws-stand-ins.ts';
import { aws } from '../support.ts';

let local: AwsStandIns;
beforeAll(async () => {
  local = await startAwsStandIns();
});
afterAll(() => local.stop());

describe('the events queue', () => {
  const pushed = (branch: string): QueuedEvent => ({
    project: 'p1',
    integration: 'i1',
    event: { type: 'branch.pushed', branch, commit: 'a'.repeat(40) },
    origin: 'a test',
  });
  /** Size of every sent batch, in messages and in bytes. */
  const watched = () => {
    const batches: { messages: number; bytes: number; body: string }[] = [];
    const { config } = local.sqs;
    const client = new SQSClient({
      ...aws,
      endpoint: config.endpoint,
      useQueueUrlAsEndpoint: false,
    } as never);
    client.middlewareStack.add(
      (next) => (args) => {
        const { Entries = [] } = args.input as { Entries?: { MessageBody?: string }[] };
        const bodies = Entries.map(({ MessageBody = '' }) => MessageBody);
        const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
        batches.push({ messages: Entries.length, bytes, body: bodies.join('') });
        return next(args);
      },
      { step: 'initialize' },
    );
    return { batches, events: sqsEvents(client, local.queueUrl) };
  };
  const receiveAll = async (): Promise<QueuedEvent[]> => {
    const received: QueuedEvent[] = [];
    for (;;) {
      const { Messages = [] } = await local.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: local.queueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return received;
      received.push(...Messages.map(({ Body = '' }) => QueuedEventMessage.parse(JSON.parse(Body))));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      await local.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: local.queueUrl, Entries }));
    }
  };
  const branchesOf = (events: QueuedEvent[]) =>
    events.map(({ event }) => ('branch' in event ? event.branch : '')).sort();

  it('accepts any number of events, in batches of ten', async () => {
    const { batches, events } = watched();
    const sent = Array.from({ length: 25 }, (_, index) => pushed(`branch-${String(index).padStart(2, '0')}`));
    await events.send(sent);
    expect(batches.map(({ messages }) => messages)).toEqual([10, 10, 5]);
    expect(branchesOf(await receiveAll())).toEqual(branchesOf(sent));
  });

  it('makes no call for an empty list', async () => {
    const { batches, events } = watched();
    await events.send([]);
    expect(batches).toEqual([]);
  });

  it('sends at most 256 KiB per batch, counted in bytes', async () => {
    const { batches, events } = watched();
    const sent = Array.from({ length: 9 }, (_, index) => pushed(`${index}${'ü'.repeat(40_000)}`));
    await events.send(sent);
    for (const { bytes } of batches) expect(bytes).toBeLessThanOrEqual(256 * 1024);
    expect(batches.map(({ messages }) => messages)).toEqual([3, 3, 3]);
    expect(branchesOf(await receiveAll())).toEqual(branchesOf(sent));
  });

  it('sends a large event in its own batch', async () => {
    const { batches, events } = watched();
    const sent = [pushed('a'), pushed('x'.repeat(250_000)), pushed('b')];
    await events.send(sent);
    expect(batches.map(({ messages }) => messages)).toEqual([1, 1, 1]);
    expect(branchesOf(await receiveAll())).toEqual(branchesOf(sent));
  });

  it('accepts every character, including those that SQS refuses', async () => {
    const { batches, events } = watched();
    const names = ['\u0000', '\u0008', '\uffff', '\ufffe', '\ud800', '🌱', '\u007f', '\u2028', '"\\'];
    await events.send(names.map(pushed));
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    const allowed = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;
    for (const { body } of batches) expect(body).toMatch(allowed);
    expect(branchesOf(await receiveAll())).toEqual([...names].sort());
  });
});
