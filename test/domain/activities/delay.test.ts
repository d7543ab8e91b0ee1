import { describe, expect, it } from 'vitest';
import {
  countStart,
  delayed,
  lostActivity,
  resume,
  suspendInQueue,
} from '../../../shared/domain/activities/delay.ts';
import { secondsAfter, secondsBetween } from '../../../shared/domain/values/time.ts';
import { aRunningActivity, aWaitingActivity, start } from '../../support/builders.ts';

const because = 'No more builds.';
const later = (seconds: number) => secondsAfter(start, seconds);
const asleep = (seconds: number) =>
  aRunningActivity({ delay: { because, since: start, next_try: later(seconds) } });

describe('a delay', () => {
  it.each([
    ['begins with ten seconds', 0, undefined, 10],
    ['grows with the time waited', 120, undefined, 60],
    ['is five minutes at most', 3600, undefined, 300],
    ['is as long as the server asks for', 0, 1800, 1800],
    ['ends with the six hours', 6 * 3600 - 100, 1800, 100],
  ])('%s', (_, waited, retryAfter, pause) => {
    const before = { because, since: start, next_try: null };
    const next = delayed(before, { because, retryAfter }, later(waited), 0);
    expect(next).toMatchObject({ since: start });
    expect(secondsBetween(later(waited), next!.next_try)).toBe(pause);
  });

  it('has an end after six hours', () => {
    expect(delayed({ because, since: start, next_try: null }, { because }, later(6 * 3600), 0)).toBeNull();
  });
});

describe('a message for a suspended activity', () => {
  const own = { activity: asleep(60), receipt: 1 };

  it('leaves it suspended until its next try is due', () => {
    expect(resume(asleep(60), own, later(20))).toEqual({ verdict: 'sleep', seconds: 40 });
  });

  it('wakes it when it is due', () => {
    expect(resume(asleep(60), own, later(60))).toMatchObject({
      verdict: 'begin',
      activity: { delay: { since: start, next_try: null } },
    });
  });

  it('is ignored when it belongs to another suspension, so that messages do not multiply', () => {
    const other = { activity: asleep(30), receipt: 1 };
    expect(resume(asleep(60), other, later(60)).verdict).toBe('ignore');
    expect(resume(asleep(60), { ...other, receipt: 2 }, later(60)).verdict).toBe('begin');
  });
});

describe('the starts of an activity', () => {
  const activity = aRunningActivity({ starts: 1 });

  it('are counted for a message that came back, and for a restart', () => {
    expect(countStart(activity, { activity, receipt: 1 })).toBe(activity);
    expect(countStart(activity, { activity, receipt: 2 })).toMatchObject({ starts: 2 });
    expect(countStart(activity, { activity, receipt: 1, again: true })).toMatchObject({ starts: 2 });
  });

  it('are four at most', () => {
    expect(countStart({ ...activity, starts: 4 }, { activity, receipt: 2 })).toBeNull();
  });
});

it('an activity that a queued one supersedes is cancelled instead of suspended', () => {
  const running = aRunningActivity();
  const deletion = aWaitingActivity({ type: 'environment.delete' });
  const delay = { because, since: start, next_try: later(10) };
  expect(suspendInQueue([running], running, delay, start)).toMatchObject({ open: [{ delay }], finished: [] });
  expect(suspendInQueue([running, deletion], running, delay, start)).toMatchObject({
    open: [{ type: 'environment.delete', state: 'in_progress' }],
    finished: [{ id: 'running', state: 'cancelled' }],
  });
});

it('an activity that a user cancelled ends instead of being suspended', () => {
  const running = aRunningActivity({ cancelled_because: 'a user cancelled it' });
  const delay = { because, since: start, next_try: later(10) };
  expect(suspendInQueue([running], running, delay, start)).toMatchObject({
    open: [],
    finished: [{ state: 'cancelled', because: 'a user cancelled it' }],
  });
});

it.each([
  ['a sleeper five minutes after it was due', asleep(60), 359, 360],
  ['any other after twenty minutes', aRunningActivity(), 1199, 1200],
])('counts as lost: %s', (_, activity, before, from) => {
  expect(lostActivity([activity], later(before))).toBeUndefined();
  expect(lostActivity([activity], later(from))).toBe(activity);
});
