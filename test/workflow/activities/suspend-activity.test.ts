import { describe, expect, it } from 'vitest';
import { isSuspended } from '../../../shared/domain/activities/activity.ts';
import { BoughError } from '../../../shared/errors.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { cancelActivity } from '../../../shared/workflow/activities/cancel-activity.ts';
import { suspendActivity } from '../../../shared/workflow/activities/suspend-activity.ts';
import {
  abbreviated,
  anActiveEnvironment,
  aRunningActivity,
  commit,
  projectId,
} from '../../support/builders.ts';
import { built, withBranch } from '../../support/busy-world.ts';
import { aWorld, type World } from '../../support/world.ts';

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
  const suspend = bind(suspendActivity, { ...world.ports, chance: () => 0 });
  await suspend(effect, obstacle);
  const activity = async () => (await world.environment('feature/x'))?.activities[0];
  return { world, activity };
}

describe('an activity that meets a limit', () => {
  it('is suspended with the reason, and neither fails nor counts', async () => {
    const { world, activity } = await aSuspended();
    expect(await activity()).toMatchObject({
      starts: 1,
      delay: { because: expect.stringContaining('No more builds.'), since: world.clock.now() },
    });
    expect(world.delayed).toMatchObject([{ type: 'environment.run', activity: { id: 'running' } }]);
    expect(await world.history()).toEqual([]);
  });

  it('resumes when its message arrives', async () => {
    const { world } = await aSuspended();
    world.clock.pass(1);
    await world.perform(world.delayed[0]!);
    expect(built(world)).toEqual(['deploy B of feature/x']);
  });

  it('fails after six hours, and unblocks the environment', async () => {
    const since = '2026-11-22T03:00:00.000Z';
    const { world, activity } = await aSuspended({ delay: { because: 'x', since, next_try: null } });
    expect(await activity()).toBeUndefined();
    expect(await world.history()).toMatchObject([
      { result: 'failure', because: expect.stringContaining('six hours') },
    ]);
  });

  it('gives way to the deletion of its environment at once', async () => {
    const { world, activity } = await aSuspended();
    expect(isSuspended((await activity())!)).toBe(true);
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

describe('the build status of a deployment that waits for a limit', () => {
  const statusesOf = ({ bitbucket }: World) => bitbucket.statuses.map(({ state }) => state);
  const reportsOf = ({ effects }: World) =>
    effects.flatMap((one) => (one.type === 'status.report' ? [[one.report.state, one.report.commit]] : []));

  async function aLimitedWorld(announced = commit('B')) {
    const activity = { ...push, commit: announced };
    const environment = anActiveEnvironment({ activities: [activity] });
    const world = await aWorld({ repository: withBranch('B'), environments: [environment] });
    const start = world.ports.builder.start;
    world.ports.builder.start = () => Promise.reject(obstacle);
    const run = { ...effect, activity };
    await expect(world.perform(run)).rejects.toBe(obstacle);
    world.ports.builder.start = start;
    const suspend = bind(suspendActivity, { ...world.ports, chance: () => 0 });
    return { world, suspend: () => suspend(run, obstacle) };
  }

  it('is in progress with the reason', async () => {
    const { world } = await aLimitedWorld();
    expect(statusesOf(world)).toEqual(['in_progress']);
    expect(world.bitbucket.statuses.at(-1)?.description).toBe('Waiting: No more builds.');
  });

  it.each([
    ['whole', commit('B')],
    ['abbreviated', abbreviated('B')],
  ])('ends as failed after six hours, on the full commit, announced as a %s one', async (_, announced) => {
    const { world, suspend } = await aLimitedWorld(announced);
    await suspend();
    world.clock.pass(6 * 60);
    await suspend();
    expect(reportsOf(world)).toEqual([['failed', commit('B')]]);
  });

  it('ends as stopped when the branch is deleted meanwhile', async () => {
    const { world, suspend } = await aLimitedWorld();
    await suspend();
    await world.process({ type: 'branch.deleted', branch: 'feature/x' });
    expect(reportsOf(world)).toEqual([['stopped', commit('B')]]);
  });

  it('ends as stopped when a user cancels it', async () => {
    const { world, suspend } = await aLimitedWorld();
    await suspend();
    const owner = { project: projectId, environment: 'feature/x', integration: null };
    const cancelled = await cancelActivity(world.ports, { ...push, ...owner }, 'ada');
    expect(cancelled.state).toBe('cancelled');
    expect(reportsOf(world)).toEqual([['stopped', commit('B')]]);
  });
});
