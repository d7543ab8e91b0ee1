import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closed, newBudget, obstacle, withCalls } from '../../../shared/domain/integrations/rate-budget.ts';
import { secondsAfter } from '../../../shared/domain/values/time.ts';

const hour = 3600;
const start = '2026-05-01T10:00:00.000Z';
const at = (seconds: number) => secondsAfter(start, seconds);
const used = (calls: number, seconds = 0) => withCalls(newBudget('acme', at(seconds)), calls, at(seconds));

describe('the calls of an hour', () => {
  it.each([
    { calls: 999, urgency: 'deployment', passes: true },
    { calls: 1000, urgency: 'deployment', passes: false },
    { calls: 699, urgency: 'schedule', passes: true },
    { calls: 700, urgency: 'schedule', passes: false },
  ] as const)(
    'after $calls of 1,000 calls one of a $urgency passes: $passes',
    ({ calls, urgency, passes }) => {
      expect(obstacle(used(calls), 1000, urgency, start) === null).toBe(passes);
    },
  );

  it('leave the schedule 30 % for its own, whatever deployments have used', () => {
    const scheduled = (own: number, all = own) => withCalls(newBudget('acme', start), all, start, own);
    const passes = [scheduled(299), scheduled(300), scheduled(299, 699), scheduled(0, 699)].map(
      (budget) => obstacle(budget, 1000, 'schedule', start) === null,
    );

    expect(passes).toEqual([true, false, true, true]);
    expect(obstacle(scheduled(300), 1000, 'deployment', start)).toBeNull();
    expect(obstacle(scheduled(300), 1000, 'schedule', start)?.because).toBe(
      'the 300 calls that the schedule may make in an hour are used',
    );
  });

  it('count for an hour after the call, within the precision of an hourly counter', () => {
    const budget = used(1000, hour - 1);
    expect(obstacle(budget, 1000, 'deployment', at(hour))).not.toBeNull();
    expect(obstacle(budget, 1000, 'deployment', at(hour + 10))).toBeNull();
    expect(obstacle(withCalls(budget, 500, at(hour + 1)), 1000, 'deployment', at(1.4 * hour))).not.toBeNull();
    expect(obstacle(withCalls(budget, 500, at(hour + 1)), 1000, 'deployment', at(1.6 * hour))).toBeNull();
  });

  it('are forgotten after two hours without any', () => {
    expect(obstacle(used(5000), 1000, 'schedule', at(2 * hour))).toBeNull();
  });

  it('do not limit an account whose limit is unknown', () => {
    expect(obstacle(used(1_000_000), null, 'schedule', start)).toBeNull();
  });

  it('say how many are used', () => {
    expect(obstacle(used(700), 1000, 'schedule', start)?.because).toBe(
      '700 of the 1000 calls that Bitbucket allows in an hour are used',
    );
  });

  it('let a call through as soon as they said that they would, and no minute before', () => {
    const times = fc.integer({ min: 0, max: hour - 1 });
    const counts = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(times, counts, times, counts, times, (first, before, second, calls, later) => {
        const budget = withCalls(used(before, first), calls, at(hour + second));
        const moment = hour + Math.max(second, later);
        const wait = obstacle(budget, 1000, 'deployment', at(moment));
        if (!wait) return;
        expect(obstacle(budget, 1000, 'deployment', at(moment + wait.seconds))).toBeNull();
        if (wait.seconds > 60)
          expect(obstacle(budget, 1000, 'deployment', at(moment + wait.seconds - 60))).not.toBeNull();
      }),
    );
  });
});

describe('an account that Bitbucket has closed', () => {
  it('stays closed for the time of Retry-After', () => {
    const budget = closed(newBudget('acme', start), 120, start);
    expect(obstacle(budget, null, 'deployment', at(119))).toEqual({
      because: 'Bitbucket refuses calls until 2026-05-01T10:02:00.000Z',
      seconds: 1,
    });
    expect(obstacle(budget, null, 'deployment', at(120))).toBeNull();
  });

  it('stays closed for a time that doubles from 10 seconds to 5 minutes where Bitbucket does not say', () => {
    let budget = newBudget('acme', start);
    let now = start;
    const pauses: number[] = [];
    for (let refusal = 0; refusal < 7; refusal += 1) {
      budget = closed(budget, undefined, now);
      const seconds = obstacle(budget, null, 'deployment', now)?.seconds ?? 0;
      pauses.push(seconds);
      now = secondsAfter(now, seconds);
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300]);
    const later = secondsAfter(now, 1000);
    expect(obstacle(closed(budget, undefined, later), null, 'deployment', later)?.seconds).toBe(10);
  });

  it('is not opened earlier by a refusal with a shorter time', () => {
    const budget = closed(closed(newBudget('acme', start), 600, start), 5, at(1));
    expect(obstacle(budget, null, 'deployment', at(10))?.seconds).toBe(590);
  });
});
