import { expect, it } from 'vitest';
import { subjectOf } from '../../shared/runtime/message-subject.ts';

it.each([
  [
    'a source event',
    { project: 'p1', integration: 'i1', event: { type: 'branch.deleted' }, origin: 'delivery 1' },
    { project: 'p1', integration: 'i1', origin: 'delivery 1' },
  ],
  [
    'an activity to be done',
    {
      type: 'environment.run',
      project: 'p1',
      environment: 'main',
      activity: { id: 'a1', type: 'environment.push' },
    },
    { project: 'p1', environment: 'main', activity: 'a1' },
  ],
  [
    'one that is only half what it should be',
    { project: 'p1', activity: 7, origin: null },
    { project: 'p1' },
  ],
  ['a list', [], {}],
])('a message says whose it is: %s', (_, message, expected) => {
  expect(subjectOf(JSON.stringify(message))).toEqual(expected);
});

it('a message that is no JSON says nothing, and breaks nothing', () => {
  expect(subjectOf('{"project": "p1", "integ')).toEqual({});
});
