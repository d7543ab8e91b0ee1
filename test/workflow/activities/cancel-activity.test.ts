import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import { cancelActivity } from '../../../shared/workflow/activities/cancel-activity.ts';
import {
  anActiveEnvironment,
  aRunningActivity,
  aWaitingActivity,
  commit,
  endedOf,
  integrationId,
  projectId,
  queueOf,
} from '../../support/builders.ts';
import { aWorld, type World } from '../../support/world.ts';

const push = { commit: commit('B') };
const fetch = { type: 'integration.bitbucket.fetch' as const };

/** An environment and an integration, each with one running and one pending activity. */
const aBusyWorld = () =>
  aWorld({
    environments: [
      anActiveEnvironment({
        activities: [aRunningActivity(push), aWaitingActivity({ commit: commit('C') })],
      }),
    ],
    integration: {
      activities: [
        aRunningActivity({ ...fetch, id: 'fetching' }),
        aWaitingActivity({ ...fetch, id: 'to-fetch' }),
      ],
    },
  });

const onEnvironment = { project: projectId, environment: 'feature/x', integration: null };
const onIntegration = { project: projectId, environment: null, integration: integrationId };

const cancelIn = (world: World, activity: Activity, owner: typeof onEnvironment | typeof onIntegration) =>
  cancelActivity(world.ports, { ...activity, ...owner }, 'ada');

describe('cancelling an activity', () => {
  it('removes a pending activity from its environment, and keeps the running one', async () => {
    const world = await aBusyWorld();

    const cancelled = await cancelIn(world, aWaitingActivity(), onEnvironment);

    expect(cancelled).toMatchObject({
      id: 'waiting',
      state: 'cancelled',
      result: null,
      because: 'ada cancelled it',
      completed_at: world.clock.now(),
      environment: 'feature/x',
    });
    const environment = await world.environment('feature/x');
    expect(environment && queueOf(environment)).toEqual(['push B, running']);
    expect(endedOf(await world.history())).toEqual(['push C: cancelled']);
    expect(world.effects).toEqual([]);
  });

  it('removes a pending activity from its integration, and keeps the running one', async () => {
    const world = await aBusyWorld();

    const cancelled = await cancelIn(world, aWaitingActivity({ id: 'to-fetch' }), onIntegration);

    expect(cancelled).toMatchObject({ state: 'cancelled', integration: integrationId });
    expect(queueOf(await world.integration())).toEqual(['fetch, running']);
    expect(await world.history()).toMatchObject([{ id: 'to-fetch', integration: integrationId }]);
  });

  it('marks a running activity of an environment, and stops its build', async () => {
    const world = await aBusyWorld();

    const marked = await cancelIn(world, aRunningActivity(), onEnvironment);

    expect(marked).toMatchObject({ state: 'in_progress', cancelled_because: 'ada cancelled it' });
    expect(world.effects).toMatchObject([{ type: 'build.stop', build: 'running' }]);
    expect(await world.history()).toEqual([]);
  });

  it('ends a running activity of an integration, which has no build', async () => {
    const world = await aBusyWorld();

    const cancelled = await cancelIn(world, aRunningActivity({ id: 'fetching' }), onIntegration);

    expect(cancelled).toMatchObject({ state: 'cancelled', because: 'ada cancelled it' });
    expect(await world.history()).toMatchObject([{ id: 'fetching', state: 'cancelled' }]);
  });

  it('is refused for a finished activity, including a cancelled one', async () => {
    const world = await aBusyWorld();
    await cancelIn(world, aWaitingActivity(), onEnvironment);

    for (const activity of [aWaitingActivity(), aWaitingActivity({ id: 'long-gone' })])
      await expect(cancelIn(world, activity, onEnvironment)).rejects.toMatchObject({
        code: 'refused',
        message: 'The activity has ended already.',
      });
    expect(await world.history()).toHaveLength(1);
  });

  it('is refused when the environment was deleted', async () => {
    const world = await aBusyWorld();

    await expect(
      cancelIn(world, aWaitingActivity(), { ...onEnvironment, environment: 'gone' }),
    ).rejects.toMatchObject({ code: 'refused' });
  });

  it('lets the next prune restore the environments that the repository requires', async () => {
    const world = await aBusyWorld();
    world.repository.push('feature/x', 'C');
    await cancelIn(world, aWaitingActivity(), onEnvironment);

    await world.prune();

    expect(world.events.map(({ event }) => event)).toContainEqual({
      type: 'branch.pushed',
      branch: 'feature/x',
      commit: commit('C'),
    });
  });
});
