import { describe, expect, it } from 'vitest';
import { isAsleep } from '../../shared/domain/activity.ts';
import { BoughError } from '../../shared/errors.ts';
import { suspendActivity } from '../../shared/workflow/suspend-activity.ts';
import { anActiveEnvironment, aRunningActivity, commit, projectId } from '../support/builders.ts';
import { built, withBranch } from '../support/busy-world.ts';
import { aWorld } from '../support/world.ts';

const push = aRunningActivity({ commit: commit('B') });
const effect = {
  type: 'environment.run' as const,
  project: projectId,
  environment: 'feature/x',
  activity: push,
};
const obstacle = new BoughError('account_limit', 'No more builds.');

async function aSuspended(changes = {}) {
  const environment = anActiveEnvironment({ activities: [{ ...push, ...changes }] });
  const world = await aWorld({ repository: withBranch('B'), environments: [environment] });
  const suspend = suspendActivity({ ...world.ports, chance: () => 0 });
  await suspend(effect, obstacle);
  const activity = async () => (await world.environment('feature/x'))?.activities[0];
  return { world, activity };
}

describe('an activity that meets a limit', () => {
  it('sleeps, says for what, and is neither failed nor counted', async () => {
    const { world, activity } = await aSuspended();
    expect(await activity()).toMatchObject({
      starts: 1,
      delay: { because: expect.stringContaining('No more builds.'), since: world.clock.now() },
    });
    expect(world.delayed).toMatchObject([{ type: 'environment.run', activity: { id: 'running' } }]);
    expect(await world.history()).toEqual([]);
  });

  it('goes on when its message wakes it', async () => {
    const { world } = await aSuspended();
    world.clock.pass(1);
    await world.perform(world.delayed[0]!);
    expect(built(world)).toEqual(['deploy B of feature/x']);
  });

  it('fails after six hours, and leaves the environment free', async () => {
    const since = '2026-11-22T03:00:00.000Z';
    const { world, activity } = await aSuspended({ delay: { because: 'x', since, next_try: null } });
    expect(await activity()).toBeUndefined();
    expect(await world.history()).toMatchObject([
      { result: 'failure', because: expect.stringContaining('six hours') },
    ]);
  });

  it('makes way for the deletion of its environment at once', async () => {
    const { world, activity } = await aSuspended();
    expect(isAsleep((await activity())!)).toBe(true);
    await world.process({ type: 'branch.deleted', branch: 'feature/x' });
    expect(await activity()).toMatchObject({ type: 'environment.delete', state: 'in_progress' });
  });
});

it('an activity whose runner died each time fails with a remedy', async () => {
  const environment = anActiveEnvironment({ activities: [{ ...push, starts: 4 }] });
  const world = await aWorld({ repository: withBranch('B'), environments: [environment] });
  await world.perform(effect, 5);
  expect(await world.history()).toMatchObject([
    { result: 'failure', because: expect.stringContaining('begun 4 times') },
  ]);
  expect(await world.environment('feature/x')).toMatchObject({ activities: [], setbacks: { count: 1 } });
});
