import { expect, it } from 'vitest';
import { subjectOf } from '../../../shared/adapters/aws/queues/message-subject.ts';

it.each([
  [
    'a source event',
    {
      project: 'p1',
      integration: 'i1',
      event: { type: 'branch.deleted' },
      origin: 'delivery',
      delivery: 'd1',
    },
    { project: 'p1', integration: 'i1', origin: 'delivery', delivery: 'd1' },
  ],
  [
    'an activity to run',
    {
      type: 'environment.run',
      project: 'p1',
      environment: 'main',
      activity: { id: 'a1', type: 'environment.push' },
    },
    { project: 'p1', environment: 'main', activity: 'a1' },
  ],
  [
    'a build to stop',
    { type: 'build.stop', project: 'p1', environment: 'main', build: 'a1' },
    { project: 'p1', environment: 'main', activity: 'a1' },
  ],
  [
    'a build status',
    {
      type: 'status.report',
      project: 'p1',
      integration: 'i1',
      report: { environment: 'main', activity: 'a1', state: 'failed' },
    },
    { project: 'p1', integration: 'i1', environment: 'main', activity: 'a1' },
  ],
  [
    'the end of a build',
    {
      'detail-type': 'CodeBuild Build State Change',
      detail: {
        'build-status': 'FAILED',
        'build-id': 'b1',
        'additional-information': {
          environment: {
            'environment-variables': [
              { name: 'BOUGH_PROJECT', value: 'p1' },
              { name: 'BOUGH_ENVIRONMENT', value: 'main' },
              { name: 'BOUGH_ACTIVITY', value: 'a1' },
            ],
          },
        },
      },
    },
    { project: 'p1', environment: 'main', activity: 'a1' },
  ],
  ['a partly invalid message', { project: 'p1', activity: 7, origin: null }, { project: 'p1' }],
  ['a list', [], {}],
])('the subject is read from a message: %s', (_, message, expected) => {
  expect(subjectOf(JSON.stringify(message))).toEqual(expected);
});

it('a message that is not JSON has no subject', () => {
  expect(subjectOf('{"project": "p1", "integ')).toEqual({});
});
