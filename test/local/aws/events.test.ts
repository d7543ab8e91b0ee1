import { describe, expect, it, vi } from 'vitest';
import { createEventBus } from '../../../local/aws/eventbridge/event-bus.ts';
import { compilePattern } from '../../../local/aws/eventbridge/event-pattern.ts';
import { UnsupportedTemplateError } from '../../../local/errors.ts';
import { recordLog } from '../support.ts';

const EVENT = {
  source: 'aws.codebuild',
  resources: ['arn:a', 'arn:b'],
  detail: { 'build-status': 'FAILED', 'project-name': 'builder', count: 3, nothing: null },
};

describe('an event pattern', () => {
  it.each([
    [true, {}],
    [true, { source: ['aws.codebuild'], detail: { 'build-status': ['SUCCEEDED', 'FAILED'] } }],
    [false, { source: ['aws.s3'], detail: { 'build-status': ['FAILED'] } }],
    [false, { detail: { 'build-status': ['SUCCEEDED'] } }],
    [true, { resources: ['arn:b'] }],
    [false, { resources: ['arn:c'] }],
    [true, { detail: { count: [3], nothing: [null] } }],
    [false, { detail: { count: ['3'] } }],
    [false, { detail: { absent: ['x'] } }],
    [false, { source: { nested: ['x'] } }],
  ])('match: %s, pattern: %j', (matches, pattern) => {
    expect(compilePattern(pattern)(EVENT)).toBe(matches);
  });

  it.each([{ source: [{ prefix: 'aws.' }] }, { $or: [{ source: ['a'] }] }, { source: 'aws.s3' }])(
    'with a part that is not emulated is refused: %j',
    (pattern) => {
      expect(() => compilePattern(pattern)).toThrow(UnsupportedTemplateError);
    },
  );
});

describe('the event bus', () => {
  const rule = (ref: string, source: string, targets: readonly string[], State = 'ENABLED') => ({
    id: ref,
    ref,
    arn: '',
    properties: { EventPattern: { source: [source] }, State, Targets: targets.map((Arn) => ({ Arn })) },
  });

  it('delivers the event to every target of the enabled rules that match', async () => {
    const deliver = vi.fn(async () => undefined);
    const rules = [
      rule('A', 'aws.codebuild', ['arn:1', 'arn:2']),
      rule('B', 'aws.s3', ['arn:3']),
      rule('C', 'aws.codebuild', ['arn:4'], 'DISABLED'),
    ];
    await createEventBus(rules, deliver, recordLog().log)(EVENT);
    expect(deliver.mock.calls).toEqual([
      ['arn:1', JSON.stringify(EVENT)],
      ['arn:2', JSON.stringify(EVENT)],
    ]);
  });

  it('logs a target that fails and still delivers to the others', async () => {
    const delivered: string[] = [];
    const recorder = recordLog();
    const deliver = async (arn: string) => {
      if (arn === 'arn:1') throw new Error('no queue');
      delivered.push(arn);
    };
    await createEventBus([rule('A', 'aws.codebuild', ['arn:1', 'arn:2'])], deliver, recorder.log)(EVENT);
    expect(delivered).toEqual(['arn:2']);
    expect(recorder.lines.map(({ line }) => line)).toEqual([
      'The rule A could not deliver an event: no queue',
    ]);
  });
});
