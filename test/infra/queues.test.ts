import { describe, expect, it } from 'vitest';
import type { Settings } from '../../infra/settings.ts';
import { CONFIGURATIONS } from './configurations.ts';
import { readable, resourcesOf, synthesised } from './synthesised.ts';

const { json } = synthesised();
const queues = resourcesOf(json, 'AWS::SQS::Queue');
const functions = resourcesOf(json, 'AWS::Lambda::Function');
const mappings = Object.values(resourcesOf(json, 'AWS::Lambda::EventSourceMapping')).map((mapping) => ({
  ...mapping,
  queue: readable(json, mapping['EventSourceArn']),
  consumer: readable(json, mapping['FunctionName']),
}));

describe('the queues', () => {
  it('are two work queues with dead-letter queues, and one for failed prunes', () => {
    expect(Object.keys(queues).sort()).toEqual([
      'ActivitiesQueue',
      'ActivitiesQueueDeadLetters',
      'EventsQueue',
      'EventsQueueDeadLetters',
      'Prune/DeadLetters',
    ]);
  });

  it.each(Object.keys(queues))('%s is a standard queue, encrypted', (path) => {
    expect(queues[path]).toMatchObject({ SqsManagedSseEnabled: true });
    expect(queues[path]).not.toHaveProperty('FifoQueue');
  });

  it.each(Object.keys(queues))('%s requires TLS', (path) => {
    const policies = Object.values(resourcesOf(json, 'AWS::SQS::QueuePolicy'));
    const policy = policies.find(({ Queues }) => readable(json, Queues[0]) === path)!;

    expect(policy['PolicyDocument'].Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sqs:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it.each(['EventsQueue', 'ActivitiesQueue'])(
    '%s makes a message a dead letter after five attempts',
    (path) => {
      const { deadLetterTargetArn, maxReceiveCount } = queues[path]!['RedrivePolicy'];

      expect(readable(json, deadLetterTargetArn)).toBe(`${path}DeadLetters`);
      expect(maxReceiveCount).toBe(5);
    },
  );

  it.each(['EventsQueue', 'ActivitiesQueue'])('%s is no dead-letter queue of other queues', (path) => {
    expect(queues[path]).toMatchObject({ RedriveAllowPolicy: { redrivePermission: 'denyAll' } });
  });

  it.each(Object.keys(queues).filter((path) => path.endsWith('DeadLetters')))(
    '%s keeps messages for two weeks',
    (path) => {
      expect(queues[path]).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600 });
    },
  );
});

describe('a queue and its consumer', () => {
  it.each([
    ['EventsQueue', 'Processor/Function', 10],
    ['ActivitiesQueue', 'Activities/Function', 1],
  ])('%s feeds %s, %i at a time', (queue, consumer, BatchSize) => {
    expect(mappings.filter((mapping) => mapping.queue === queue)).toEqual([
      expect.objectContaining({ consumer, BatchSize }),
    ]);
  });

  it.each(mappings)('$consumer reports the failed messages of a batch', (mapping) => {
    expect(mapping).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  });

  it.each(mappings)(
    '$queue hides a message for six times as long as $consumer may run',
    ({ queue, consumer }) => {
      expect(queues[queue]!['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * functions[consumer]!['Timeout']);
    },
  );

  it.each([
    ['as many as the setting says, and half as many batches of events', { activityConcurrency: 30 }, 30, 15],
    ['at least two of each, for Lambda takes no less', { activityConcurrency: 2 }, 2, 2],
    ['up to the maximum of Lambda', { activityConcurrency: 1000 }, 1000, 500],
  ])('runs activities concurrently: %s', (_, settings, activities, events) => {
    expect(concurrencyWith(settings)).toEqual({
      'Activities/Function': activities,
      'Processor/Function': events,
    });
  });
});

function concurrencyWith(settings: Partial<Settings>): Record<string, number> {
  const { json: template } = synthesised(settings);
  const all = Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping'));
  return Object.fromEntries(
    all.map(({ FunctionName, ScalingConfig }) => [
      readable(template, FunctionName),
      ScalingConfig.MaximumConcurrency,
    ]),
  );
}

describe('an account with a quota of ten concurrent executions', () => {
  it('has three left for webhook, API and prune while the queues are full', () => {
    const taken = Object.values(concurrencyWith({})).reduce((sum, concurrency) => sum + concurrency, 0);

    expect(taken).toBeLessThanOrEqual(10 - 3);
  });

  it.each(Object.entries(CONFIGURATIONS))(
    'can deploy the stack with %s, which reserves nothing of it',
    (_, settings) => {
      const template = JSON.stringify(synthesised(settings).json);

      expect(template).not.toMatch(/ReservedConcurrentExecutions|ProvisionedConcurren/);
    },
  );
});
