import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { sqsEvents } from '../../../shared/adapters/aws/queues/queues.ts';
import type { QueuedEvent } from '../../../shared/domain/deliveries/delivery.ts';
import { startHttpServer } from '../../support/http-server.ts';

const aws = { region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

const pushed = (branch: string): QueuedEvent => ({
  project: 'p1',
  integration: 'i1',
  event: { type: 'branch.pushed', branch, commit: 'a'.repeat(40) },
  origin: 'a test',
});

interface Entry {
  Id: string;
  MessageBody: string;
  MessageGroupId: string;
}
type Refusal = 'by SQS' | 'by fault' | null;

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** An SQS that refuses some of the messages, each time that they come. */
async function aQueue(refusalOf: (branch: string, time: number) => Refusal) {
  const times = new Map<string, number>();
  const taken: string[] = [];
  const groups = new Set<string>();
  const calls: string[][] = [];
  let [open, most] = [0, 0];
  const server = await startHttpServer(async ({ body }) => {
    most = Math.max(most, ++open);
    const { Entries } = JSON.parse(body) as { Entries: Entry[] };
    const branchOf = ({ MessageBody }: Entry) => JSON.parse(MessageBody).event.branch as string;
    calls.push(Entries.map(branchOf));
    for (const { MessageGroupId } of Entries) groups.add(MessageGroupId);
    const Failed = Entries.flatMap((entry) => {
      const branch = branchOf(entry);
      const time = (times.get(branch) ?? 0) + 1;
      times.set(branch, time);
      const refusal = refusalOf(branch, time);
      if (refusal === null) taken.push(branch);
      const SenderFault = refusal === 'by fault';
      return refusal === null ? [] : [{ Id: entry.Id, SenderFault, Code: 'Refused', Message: 'Try again' }];
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    open--;
    return { status: 200, body: { Successful: [], Failed } };
  });
  const client = new SQSClient({ ...aws, endpoint: server.url, useQueueUrlAsEndpoint: false });
  opened.push(
    () => client.destroy(),
    () => server.stop(),
  );
  return { events: sqsEvents(client, `${server.url}/1/queue`), calls, taken, groups, most: () => most };
}

describe('messages for a queue', () => {
  it('are grouped by project, for fair queues', async () => {
    const { events, groups } = await aQueue(() => null);
    await events.send([pushed('a'), { ...pushed('b'), project: 'p2' }]);
    expect([...groups]).toEqual(['p1', 'p2']);
  });

  it('are sent in batches with a limited concurrency', async () => {
    const { events, calls, taken, most } = await aQueue(() => null);
    const branches = Array.from({ length: 1_000 }, (_, index) => `b${index}`);

    await events.send(branches.map(pushed));

    expect(calls).toHaveLength(100);
    expect(most()).toBeGreaterThan(1);
    expect(most()).toBeLessThanOrEqual(8);
    expect(taken.sort()).toEqual(branches.sort());
  });

  it('are sent again only if SQS has rejected them', async () => {
    const { events, calls, taken } = await aQueue((branch, time) =>
      branch !== 'a' && time < 3 ? 'by SQS' : null,
    );

    await events.send(['a', 'b', 'c'].map(pushed));

    expect(calls).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
      ['b', 'c'],
    ]);
    expect(taken).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['four times when SQS keeps rejecting them', 'by SQS', 4],
    ['once when the message itself is invalid', 'by fault', 1],
  ] as const)('are sent %s, followed by an error', async (_, refusal, times) => {
    const { events, calls } = await aQueue((branch) => (branch === 'b' ? refusal : null));

    await expect(events.send(['a', 'b'].map(pushed))).rejects.toThrow('SQS refused 1 messages: Try again');

    expect(calls).toHaveLength(times);
  });
});
