import { describe, expect, it } from 'vitest';
import { targetInput } from '../../../local/aws/eventbridge/event-input.ts';
import { compilePattern } from '../../../local/aws/eventbridge/event-pattern.ts';
import { UnsupportedTemplateError } from '../../../local/errors.ts';

const EVENT = {
  source: 'aws.codebuild',
  resources: ['arn:a', 'arn:b'],
  detail: { 'build-status': 'FAILED', 'project-name': 'builder', count: 3, nothing: null, items: [{ n: 1 }] },
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
    [true, { source: [{ prefix: 'aws.' }], detail: { 'project-name': [{ suffix: 'er' }] } }],
    [false, { source: [{ prefix: 'custom.' }] }],
    [true, { source: [{ 'equals-ignore-case': 'AWS.CodeBuild' }] }],
    [true, { detail: { 'build-status': [{ 'anything-but': ['IN_PROGRESS'] }] } }],
    [false, { detail: { 'build-status': [{ 'anything-but': 'FAILED' }] } }],
    [true, { detail: { 'project-name': [{ 'anything-but': { prefix: 'other' } }] } }],
    [true, { detail: { absent: [{ exists: false }], count: [{ exists: true }] } }],
    [false, { detail: { count: [{ exists: false }] } }],
    [false, { detail: { absent: ['x'] } }],
    [false, { source: { nested: ['x'] } }],
  ])('matches (%s) with %j', (matches, pattern) => {
    expect(compilePattern(pattern)(EVENT)).toBe(matches);
  });

  it.each([{ source: [{ cidr: '10.0.0.0/8' }] }, { $or: [{ source: ['a'] }] }, { source: 'aws.s3' }])(
    'refuses %j, which it could only guess at',
    (pattern) => {
      expect(() => compilePattern(pattern)).toThrow(UnsupportedTemplateError);
    },
  );
});

describe("a rule's target", () => {
  const transform = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) =>
    targetInput({ Arn: 'arn', InputTransformer: { InputTemplate, InputPathsMap } }, EVENT);

  it('gets the event, a part of it, or a constant', () => {
    expect(JSON.parse(targetInput({ Arn: 'arn' }, EVENT))).toEqual(EVENT);
    expect(targetInput({ Arn: 'arn', InputPath: '$.detail.build-status' }, EVENT)).toBe('"FAILED"');
    expect(targetInput({ Arn: 'arn', InputPath: '$.detail.items[0]' }, EVENT)).toBe('{"n":1}');
    expect(targetInput({ Arn: 'arn', Input: '{"a":1}' }, EVENT)).toBe('{"a":1}');
  });

  it('gets a template filled with parts of the event', () => {
    const paths = { status: '$.detail.build-status', items: '$.detail.items', none: '$.detail.absent' };
    expect(JSON.parse(transform('{"s":<status>,"t":"is <status>","i":<items>,"n":<none>}', paths))).toEqual({
      s: 'FAILED',
      t: 'is FAILED',
      i: [{ n: 1 }],
      n: null,
    });
    expect(JSON.parse(transform('{"all":<aws.events.event>}'))).toEqual({ all: EVENT });
    expect(transform('"<unknown> \\"<b>\\""')).toBe('"<unknown> \\"<b>\\""');
  });
});
