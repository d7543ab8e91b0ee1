import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aRunningActivity,
  aWaitingActivity,
  commit,
  inShort,
  projectId,
} from '../../support/builders.ts';
import { built, withBranch } from '../../support/busy-world.ts';
import { aWorld } from '../../support/world.ts';

const runOf = (activity: Activity): Effect => ({
  type: 'environment.run',
  project: projectId,
  environment: 'feature/x',
  activity,
});
const push = { type: 'environment.push' as const, commit: commit('B') };

describe('an activity whose message arrives late', () => {
  it.each([
    ['has ended', anActiveEnvironment()],
    ['waits', anActiveEnvironment({ activities: [aRunningActivity({ id: 'another' }), aWaitingActivity()] })],
  ])('does not run when it %s', async (_, environment) => {
    const world = await aWorld({ environments: [environment], repository: withBranch('B') });

    await world.perform(runOf(aRunningActivity({ id: 'waiting' })));

    expect(built(world)).toEqual([]);
    expect(world.bitbucket.calls).toEqual([]);
    expect(await world.environment('feature/x')).toEqual(environment);
  });

  it('recreates nothing when the environment was deleted', async () => {
    const world = await aWorld({ repository: withBranch('B') });

    await world.perform(runOf(aRunningActivity(push)));

    expect(built(world)).toEqual([]);
    expect(world.mirror.heads()).toEqual({});
    expect(world.bitbucket.statuses).toEqual([]);
  });

  it('resends the message of the running activity, which may have been lost', async () => {
    const environment = anEnvironment({ activities: [aRunningActivity({ id: 'another', ...push })] });
    const world = await aWorld({ environments: [environment], repository: withBranch('B') });

    await world.perform(runOf(aRunningActivity({ id: 'ended' })));

    expect(world.effects).toMatchObject([{ type: 'environment.run', activity: { id: 'another' } }]);
  });
});

it('an activity of an integration that was removed is cancelled', async () => {
  const environment = anActiveEnvironment({ integration: 'removed', activities: [aRunningActivity(push)] });
  const world = await aWorld({ environments: [environment], repository: withBranch('B') });

  await world.perform(runOf(aRunningActivity(push)));

  expect(await world.environments.listOf(projectId)).toMatchObject([{ id: 'feature/x', activities: [] }]);
  expect((await world.history()).map((activity) => `${inShort(activity)}: ${activity.because}`)).toEqual([
    'push B: its integration has been removed',
  ]);
});
