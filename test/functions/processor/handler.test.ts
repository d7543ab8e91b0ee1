import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/processor/handler.ts';
import type { QueuedEvent } from '../../../shared/domain/deliveries/delivery.ts';
import { start } from '../../support/builders.ts';
import { aClock, aLog, someMetrics } from '../../support/doubles.ts';
import { failuresOf } from '../../support/sqs-events.ts';

function aProcessor(failing: (branch: string) => boolean = () => false) {
  const processed: { event: QueuedEvent; isRepeated: boolean }[] = [];
  const concluded: object[] = [];
  const postponed: [string, number][] = [];
  const recordedFailures: [string, number, unknown][] = [];
  const { log, lines } = aLog();
  const { metrics, recorded } = someMetrics();
  const handler = createHandler({
    process: async (event, isRepeated) => {
      if ('branch' in event.event && failing(event.event.branch)) throw new Error('DynamoDB is away');
      processed.push({ event, isRepeated });
      return 'change';
    },
    conclude: async (build) => {
      concluded.push(build);
    },
    postpone: async (...postponement) => {
      postponed.push(postponement);
    },
    recordFailure: async (...failure) => {
      recordedFailures.push(failure);
    },
    clock: aClock(),
    metrics,
    log,
  });
  return { handler, processed, concluded, postponed, recordedFailures, recorded, lines };
}

const deleted = (branch: string): QueuedEvent => ({
  project: 'p1',
  integration: 'i1',
  event: { type: 'branch.deleted', branch },
  origin: 'a test',
});

/** An event as EventBridge sends it, with fields that are not used. */
const buildEnded = (variables: Record<string, string>, status = 'SUCCEEDED') => ({
  version: '0',
  id: 'c0ffee',
  'detail-type': 'CodeBuild Build State Change',
  source: 'aws.codebuild',
  account: '123456789012',
  time: '2026-11-22T10:00:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:codebuild:us-east-1:123456789012:build/bough:1'],
  detail: {
    'build-status': status,
    'project-name': 'bough',
    'build-id': 'arn:aws:codebuild:us-east-1:123456789012:build/bough:1',
    'additional-information': {
      environment: {
        image: 'aws/codebuild/amazonlinux2-aarch64-standard:3.0',
        'environment-variables': Object.entries(variables).map(([name, value]) => ({
          name,
          value,
          type: 'PLAINTEXT',
        })),
      },
      timeout: 60,
    },
    'current-phase': 'COMPLETED',
  },
});
const build = {
  BOUGH_PROJECT: 'p1',
  BOUGH_ENVIRONMENT: 'feature/x',
  BOUGH_ACTIVITY: 'a1',
  BOUGH_COMMIT: 'a'.repeat(40),
  SITES_BUCKET: 'sites',
};

describe('the processor', () => {
  it('processes source events', async () => {
    const { handler, processed } = aProcessor();
    expect(await failuresOf(handler, { body: deleted('x') })).toEqual([]);
    expect(processed).toEqual([{ event: deleted('x'), isRepeated: false }]);
  });

  it('processes source events by their tag', async () => {
    const { handler, processed } = aProcessor();
    const body = { kind: 'source_event', ...deleted('x') };
    expect(await failuresOf(handler, { body })).toEqual([]);
    expect(processed).toEqual([{ event: deleted('x'), isRepeated: false }]);
  });

  it('counts the outcomes of events and measures the time since their delivery', async () => {
    const { handler, recorded } = aProcessor((branch) => branch === 'bad');
    const delivered_at = new Date(Date.parse(start) - 2500).toISOString();
    const batch = [{ ...deleted('x'), delivered_at }, deleted('found-by-the-schedule'), deleted('bad')];
    await failuresOf(handler, ...batch.map((body) => ({ body })));
    expect(recorded).toEqual([
      { verdict: 'change', Decisions: 1 },
      { DecisionSeconds: 2.5 },
      { verdict: 'change', Decisions: 1 },
    ]);
  });

  it('recognises a redelivered message', async () => {
    const { handler, processed } = aProcessor();
    await failuresOf(handler, { body: deleted('x'), attempt: 2 });
    expect(processed).toMatchObject([{ isRepeated: true }]);
  });

  it.each(['SUCCEEDED', 'FAILED', 'STOPPED', 'TIMED_OUT', 'FAULT'])(
    'concludes a build that ended as %s, by the variables that it was started with',
    async (status) => {
      const { handler, concluded, processed } = aProcessor();
      expect(await failuresOf(handler, { body: buildEnded(build, status) })).toEqual([]);
      expect(concluded).toEqual([
        {
          project: 'p1',
          environment: 'feature/x',
          activity: 'a1',
          commit: 'a'.repeat(40),
          build: 'bough:1',
          status,
        },
      ]);
      expect(processed).toEqual([]);
    },
  );

  it.each([
    ['text', 'hello'],
    ['half a document', '{"project": "p1", "integ'],
    ['an event of a kind that it does not know', { ...deleted('x'), event: { type: 'branch.melted' } }],
    ['an event without an integration', { ...deleted('x'), integration: undefined }],
    ['a build without variables', { 'detail-type': 'CodeBuild Build State Change', detail: {} }],
    ['a message with an unknown tag', { kind: 'effect', ...deleted('x') }],
    ['nothing', ''],
  ])('returns %s to the queue and processes the rest of the batch', async (_, poison) => {
    const { handler, processed, lines } = aProcessor();
    const batch = [{ body: deleted('a') }, { body: poison, attempt: 2 }, { body: deleted('b') }];
    expect(await failuresOf(handler, ...batch)).toEqual(['message-1']);
    expect(processed.map(({ event }) => event)).toEqual([deleted('a'), deleted('b')]);
    expect(lines).toMatchObject([
      { level: 'error', message: 'message failed', fields: { messageId: 'message-1', attempt: 2 } },
    ]);
  });

  it('returns only failed messages to the queue', async () => {
    const { handler, processed } = aProcessor((branch) => branch !== 'fine');
    const batch = ['broken', 'fine', 'broken too'].map((branch) => ({ body: deleted(branch) }));
    expect(await failuresOf(handler, ...batch)).toEqual(['message-0', 'message-2']);
    expect(processed).toHaveLength(1);
  });

  it('retries a failed message after a delay that grows with its attempts', async () => {
    const { handler, postponed } = aProcessor(() => true);
    const batch = [1, 2, 3, 4, 5].map((attempt) => ({ body: deleted('x'), attempt }));
    await failuresOf(handler, ...batch);
    expect(postponed.map(([handle]) => handle)).toEqual(batch.map((_, index) => `handle-${index}`));
    const waits = postponed.map(([, seconds]) => seconds);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    for (const seconds of waits) expect(seconds).toSatisfy((wait: number) => wait >= 1 && wait <= 900);
  });

  it('records the reason and the attempt of each failed message', async () => {
    const { handler, recordedFailures } = aProcessor((branch) => branch !== 'fine');
    await failuresOf(handler, { body: deleted('fine') }, { body: deleted('broken'), attempt: 5 });
    expect(recordedFailures).toEqual([['message-1', 5, new Error('DynamoDB is away')]]);
  });

  it('returns a failed message with its delay when its failure cannot be recorded', async () => {
    const { log, lines } = aLog();
    const postponed: string[] = [];
    const handler = createHandler({
      process: () => Promise.reject(new Error('DynamoDB is away')),
      conclude: async () => undefined,
      postpone: async (receiptHandle) => void postponed.push(receiptHandle),
      recordFailure: () => Promise.reject(new Error('DynamoDB is away')),
      clock: aClock(),
      metrics: someMetrics().metrics,
      log,
    });
    expect(await failuresOf(handler, { body: deleted('a') })).toEqual(['message-0']);
    expect(postponed).toEqual(['handle-0']);
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('returns a failed message when its delay cannot be set', async () => {
    const { log, lines } = aLog();
    const handler = createHandler({
      process: () => Promise.reject(new Error('DynamoDB is away')),
      conclude: async () => undefined,
      postpone: () => Promise.reject(new Error('SQS is away')),
      recordFailure: async () => undefined,
      clock: aClock(),
      metrics: someMetrics().metrics,
      log,
    });
    expect(await failuresOf(handler, { body: deleted('a') }, { body: deleted('b') })).toEqual([
      'message-0',
      'message-1',
    ]);
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(2);
  });
});
