import { describe, expect, it } from 'vitest';
import { checkIntervals, dueChecks, unchecked } from '../../../shared/domain/integrations/api-checks.ts';
import { secondsAfter } from '../../../shared/domain/values/time.ts';
import { start } from '../../support/builders.ts';

/** A tick of the prune is this long after the one before, and prunes of a tick are spread over half of it. */
const tick = 10;

interface Repository {
  id: string;
  hasPullRequests: boolean;
  /** True when its branches move before each tick, with deliveries. */
  moves: boolean;
}

/** The calls by hour that idle repositories of one account cause: a list of pull requests is one call, an identity and a webhook two. */
function callsByHour(repositories: readonly Repository[], hours: number): number[] {
  const peers = repositories.length;
  const stores = new Map(repositories.map(({ id }) => [id, unchecked]));
  const calls = Array.from({ length: hours }, () => 0);
  for (let minutes = 0; minutes < hours * 60; minutes += tick) {
    for (const { id, hasPullRequests, moves } of repositories) {
      const before = stores.get(id) ?? unchecked;
      const jitter = (Number(id.slice(1)) * 7 + minutes) % (tick / 2);
      const now = secondsAfter(start, (minutes + jitter) * 60);
      const branches = moves ? `${minutes}` : 'same';
      const due = dueChecks(before, checkIntervals({ id, type: 'bitbucket', peers }), {
        now,
        branches,
        isOverdue: false,
        hasPullRequests,
      });
      if (!due.pull_requests && !due.repository) continue;
      const hour = Math.floor(minutes / 60);
      calls[hour] = (calls[hour] ?? 0) + (due.pull_requests ? 1 : 0) + (due.repository ? 2 : 0);
      stores.set(id, {
        pull_requests_at: due.pull_requests ? now : before.pull_requests_at,
        repository_at: due.repository ? now : before.repository_at,
        branches,
      });
    }
  }
  return calls;
}

const account = (count: number, lively: number): Repository[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `i${index}`,
    hasPullRequests: index < lively && index % 2 === 0,
    moves: index < lively && index % 2 === 1,
  }));

describe('the calls of the schedule to an account on Bitbucket Cloud', () => {
  it.each([
    [1, 1],
    [20, 20],
    [40, 40],
    [83, 83],
    [100, 100],
    [200, 200],
    [500, 100],
  ])(
    'with %d repositories, of which %d are lively, are less than 300 in an hour on average of a day',
    (count, lively) => {
      const [, ...hours] = callsByHour(account(count, lively), 48);
      const day = hours.slice(-24);

      expect(day.reduce((sum, calls) => sum + calls, 0) / day.length).toBeLessThanOrEqual(300);
    },
  );
});

describe('the time between two lists of pull requests', () => {
  const minutesOf = (peers: number, type: 'bitbucket' | 'bitbucket_server' = 'bitbucket') => {
    const { lively, quiet } = checkIntervals({ id: 'i1', type, peers });
    return [Math.round(lively), Math.round(quiet)];
  };

  it('grows with the repositories of the account', () => {
    expect([0, 1, 4, 40, 100, 200].map((peers) => minutesOf(peers))).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [10, 10],
      [25, 25],
      [45, 45],
    ]);
  });

  it('stays within an hour for lively repositories, and for all on a server', () => {
    expect(minutesOf(500)[0]).toBe(45);
    expect(minutesOf(500)[1]).toBeGreaterThan(4 * 60);
    expect(minutesOf(2000, 'bitbucket_server')).toEqual([45, 45]);
  });
});
