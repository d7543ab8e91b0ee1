import { describe, expect, it } from 'vitest';
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
  it('are two for work, with their dead letters, and one for prunes that failed', () => {
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

  it.each(Object.keys(queues))('%s refuses whoever comes without TLS', (path) => {
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

  it.each(['EventsQueue', 'ActivitiesQueue'])('%s gives a message up after five attempts', (path) => {
    const { deadLetterTargetArn, maxReceiveCount } = queues[path]!['RedrivePolicy'];

    expect(readable(json, deadLetterTargetArn)).toBe(`${path}DeadLetters`);
    expect(maxReceiveCount).toBe(5);
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

  it.each(mappings)('$consumer says which messages of a batch failed', (mapping) => {
    expect(mapping).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  });

  it.each(mappings)(
    '$queue hides a message for six times as long as $consumer may run',
    ({ queue, consumer }) => {
      expect(queues[queue]!['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * functions[consumer]!['Timeout']);
    },
  );

  it.each([
    ['ten by default', {}, 10],
    ['as many as the setting says', { activityConcurrency: 3 }, 3],
  ])('runs activities side by side: %s', (_, settings, MaximumConcurrency) => {
    const { template } = synthesised(settings);

    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency },
    });
  });
});
