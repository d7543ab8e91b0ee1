import { describe, expect, it } from 'vitest';
import {
  type Activity,
  type ActivityRequest,
  deletionBehind,
  enqueue,
  finish,
  running,
} from '../../../shared/domain/activities/activity.ts';
import {
  aRunningActivity,
  aWaitingActivity,
  commit,
  endedOf,
  moment,
  queueOf,
} from '../../support/builders.ts';

const { now } = moment;

const aPush = (name: string, changes: Partial<ActivityRequest> = {}): ActivityRequest => ({
  id: `push-${name}`,
  type: 'environment.push',
  text: `Push ${name}`,
  because: `${name} was pushed`,
  commit: commit(name),
  ...changes,
});
const anActivation = (name: string) => aPush(name, { type: 'environment.activate', clone_data: true });
const aDeletion: ActivityRequest = {
  id: 'deletion',
  type: 'environment.delete',
  text: 'Delete feature/x',
  because: 'the branch was deleted',
};
const aFetch: ActivityRequest = {
  id: 'fetch',
  type: 'integration.bitbucket.fetch',
  text: 'Fetch',
  because: 'it was asked for',
};

const ofUser: Partial<ActivityRequest> = { requested: true };

const push = (name: string) => ({ type: 'environment.push' as const, commit: commit(name) });

describe('the activities of an environment', () => {
  describe('when nothing is under way', () => {
    it('start at once', () => {
      const { open, finished } = enqueue([], aPush('A'), now);

      expect(queueOf({ activities: open })).toEqual(['push A, running']);
      expect(open[0]).toMatchObject({ created_at: now, started_at: now, completed_at: null, result: null });
      expect(finished).toEqual([]);
    });
  });

  describe('when one is running', () => {
    const open = [aRunningActivity(push('A'))];

    it.each([
      ['a push', aPush('B'), 'push B, waiting'],
      ['a deletion', aDeletion, 'delete, waiting'],
      ['an activation', anActivation('B'), 'activate B with data, waiting'],
      ['the same push again', aPush('A'), 'push A, waiting'],
      [
        'a user who puts it to sleep',
        aPush('A', { type: 'environment.deactivate' }),
        'deactivate A, waiting',
      ],
    ])('%s waits behind it, and never interrupts it', (_, request, waiting) => {
      const queue = enqueue(open, request, now);

      expect(queueOf({ activities: queue.open })).toEqual(['push A, running', waiting]);
      expect(queue.open[0]).toBe(open[0]);
      expect(queue.open[1]).toMatchObject({ created_at: now, started_at: null });
      expect(queue.finished).toEqual([]);
    });
  });

  describe('when some are waiting', () => {
    const open = [aRunningActivity(push('A')), aWaitingActivity(push('B'))];

    it('a newer push supersedes a pending push, whose reason names it', () => {
      const queue = enqueue(open, aPush('C'), now);

      expect(queueOf({ activities: queue.open })).toEqual(['push A, running', 'push C, waiting']);
      expect(endedOf(queue.finished)).toEqual(['push B: cancelled']);
      expect(queue.finished[0]).toMatchObject({
        because: 'superseded: Push C',
        completed_at: now,
        result: null,
      });
    });

    it('a deletion supersedes all that waits', () => {
      const waiting = [aWaitingActivity(push('B')), aWaitingActivity({ type: 'environment.delete' })];

      const queue = enqueue([aRunningActivity(push('A')), ...waiting], aDeletion, now);

      expect(queueOf({ activities: queue.open })).toEqual(['push A, running', 'delete, waiting']);
      expect(queue.open[1]?.id).toBe('deletion');
      expect(endedOf(queue.finished)).toEqual(['push B: cancelled', 'delete: cancelled']);
    });

    it('a push does not call off a waiting deletion: it comes after it', () => {
      const deleting = [aRunningActivity(push('A')), aWaitingActivity({ type: 'environment.delete' })];

      const queue = enqueue(deleting, aPush('B'), now);

      expect(queueOf({ activities: queue.open })).toEqual([
        'push A, running',
        'delete, waiting',
        'push B, waiting',
      ]);
    });

    it.each([
      'environment.activate',
      'environment.branch',
      'environment.redeploy',
      'environment.synchronize',
    ] as const)('a newer push supersedes whatever else would deploy: %s', (type) => {
      const open = [aRunningActivity(push('A')), aWaitingActivity({ type, commit: commit('B') })];

      expect(queueOf({ activities: enqueue(open, aPush('C'), now).open })).toEqual([
        'push A, running',
        'push C, waiting',
      ]);
    });

    it('a push does not supersede a deactivation, and a deactivation does not supersede a push', () => {
      const deactivation = aWaitingActivity({ type: 'environment.deactivate' });
      const open = [aRunningActivity(push('A')), deactivation];

      expect(queueOf({ activities: enqueue(open, aPush('B'), now).open })).toEqual([
        'push A, running',
        'deactivate, waiting',
        'push B, waiting',
      ]);
    });

    it('an integration fetches once for any number of requests', () => {
      const registering = aRunningActivity({ type: 'integration.bitbucket.register_hooks' });

      const queue = enqueue(enqueue([registering], aFetch, now).open, { ...aFetch, id: 'fetch-2' }, now);

      expect(queueOf({ activities: queue.open })).toEqual(['register_hooks, running', 'fetch, waiting']);
    });
  });

  describe('when the superseded activity was to copy data', () => {
    const activation = { type: 'environment.activate' as const, commit: commit('B'), clone_data: true };
    const resync = { ...push('B'), clone_data: true };

    it.each<[string, Partial<Activity>, ActivityRequest, string]>([
      ['a push takes over the wish of a push', resync, aPush('C'), 'push C with data, waiting'],
      ['a push takes over the wish of an activation', activation, aPush('C'), 'push C with data, waiting'],
      ['a deletion wants none', resync, aDeletion, 'delete, waiting'],
    ])('%s', (_, waiting, request, expected) => {
      const queue = enqueue([aRunningActivity(push('A')), aWaitingActivity(waiting)], request, now);

      expect(queueOf({ activities: queue.open })).toEqual(['push A, running', expected]);
    });
  });

  describe('when a user requested the superseded activity', () => {
    const wished = aWaitingActivity({ type: 'environment.redeploy', commit: commit('B'), requested: true });

    it.each([
      ['a push takes over the wish, so that it is done though nothing has changed', aPush('B'), true],
      ['what a user asks for keeps it', aPush('B', ofUser), true],
      ['a deletion that git has to agree to does not', aDeletion, false],
    ])('%s', (_, request, requested) => {
      const { open } = enqueue([aRunningActivity(push('A')), wished], request, now);

      expect(open[1]).toMatchObject({ id: request.id, requested });
    });

    it('a push does not inherit the request for a deletion, and is queued behind it', () => {
      const deleting = aWaitingActivity({ type: 'environment.delete', requested: true });

      const { open } = enqueue([aRunningActivity(push('A')), deleting], aPush('B'), now);

      expect(open.map(({ requested }) => requested)).toEqual([false, true, false]);
    });
  });

  describe('when the running one ends', () => {
    const open = [
      aRunningActivity(push('A')),
      aWaitingActivity({ type: 'environment.delete', id: 'deletion' }),
      aWaitingActivity({ ...push('B'), id: 'push-B' }),
    ];

    it('the next in order starts', () => {
      const queue = finish(open, 'running', { result: 'success', because: 'deployed' }, now);

      expect(queueOf({ activities: queue?.open ?? [] })).toEqual(['delete, running', 'push B, waiting']);
      expect(queue?.open[0]?.started_at).toBe(now);
    });

    it.each([
      ['success', 'complete', 'success', 'it was asked for'],
      ['failure', 'complete', 'failure', 'it did not work'],
      ['cancelled', 'cancelled', null, 'it did not work'],
    ] as const)('a %s is kept as history, with its reason', (result, state, kept, because) => {
      const queue = finish(open, 'running', { result, because: 'it did not work' }, now);

      expect(queue?.finished).toMatchObject([
        { id: 'running', state, result: kept, because, started_at: expect.any(String), completed_at: now },
      ]);
    });

    it('nothing happens the second time', () => {
      const queue = finish(open, 'running', { result: 'success', because: 'deployed' }, now);

      expect(
        finish(queue?.open ?? [], 'running', { result: 'success', because: 'deployed' }, now),
      ).toBeNull();
    });
  });

  describe('a deletion stops the running deployment', () => {
    const behind = (type: Activity['type'], ...waiting: Activity['type'][]) =>
      deletionBehind([
        aRunningActivity({ type }),
        ...waiting.map((other) => aWaitingActivity({ type: other })),
      ]);

    it.each([
      'environment.push',
      'environment.activate',
      'environment.branch',
      'environment.redeploy',
      'environment.synchronize',
    ] as const)('when it waits behind what deploys: %s', (type) => {
      expect(behind(type, 'environment.delete')).toMatchObject({ type: 'environment.delete' });
    });

    it('also when a push came after it', () => {
      expect(behind('environment.push', 'environment.delete', 'environment.push')).toBeDefined();
    });

    it.each(['environment.deactivate', 'environment.delete'] as const)(
      'and not when that takes down: %s',
      (type) => {
        expect(behind(type, 'environment.push', 'environment.delete')).toBeUndefined();
      },
    );

    it('and not when it is a push that waits, or nothing runs', () => {
      expect(behind('environment.push', 'environment.push')).toBeUndefined();
      expect(deletionBehind([])).toBeUndefined();
    });
  });

  it('a pending activity can be cancelled without an effect on the running one', () => {
    const open = [aRunningActivity(push('A')), aWaitingActivity({ ...push('B'), id: 'push-B' })];

    const queue = finish(open, 'push-B', { result: 'cancelled', because: 'a user cancelled it' }, now);

    expect(queueOf({ activities: queue?.open ?? [] })).toEqual(['push A, running']);
    expect(running(queue?.open ?? [])?.id).toBe('running');
  });
});
