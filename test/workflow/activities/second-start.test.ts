import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import { BoughError } from '../../../shared/errors.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { suspendActivity } from '../../../shared/workflow/activities/suspend-activity.ts';
import { anActiveEnvironment, aRunningActivity, commit, projectId } from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const ids = ['one', 'two', 'three'];
const effectOf = (id: string): Extract<Effect, { type: 'environment.run' }> => ({
  type: 'environment.run',
  project: projectId,
  environment: id,
  activity: aRunningActivity({ id: `push-${id}`, commit: commit('B') }),
});

/** A project with three deployments whose runners died. */
function aBrokenProject(): Promise<World> {
  return aWorld({
    repository: aRepository({ main: 'A', ...Object.fromEntries(ids.map((id) => [id, 'B'])) }),
    environments: ids.map((id) => anActiveEnvironment({ id, activities: [effectOf(id).activity] })),
  });
}

/** Restarts an environment's activity, which runs until the test ends it. */
async function beginAgain(world: World, id: string) {
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { connect } = world.ports;
  let done: Promise<void> | undefined;
  await new Promise<void>((isAtWork) => {
    world.ports.connect = async (integration) => {
      world.ports.connect = connect;
      isAtWork();
      await finished;
      return connect(integration);
    };
    done = world.perform(effectOf(id), 2);
  });
  return { finish, done };
}

const busy = { code: 'project_busy', disposition: 'wait' };
const startsOf = async (world: World, id: string) => (await world.environment(id))?.activities[0]?.starts;

describe('interrupted activities', () => {
  it('run again one at a time in a project; the others wait, and their starts do not count', async () => {
    const world = await aBrokenProject();
    const { finish, done } = await beginAgain(world, 'one');
    await expect(world.perform(effectOf('two'), 2)).rejects.toMatchObject(busy);
    expect(await startsOf(world, 'one')).toBe(2);
    expect(await startsOf(world, 'two')).toBe(1);
    finish();
    await done;
    await world.perform(effectOf('two'), 2);
    expect(await startsOf(world, 'two')).toBe(2);
  });

  it('release the turn also after a failure', async () => {
    const world = await aBrokenProject();
    world.ports.connect = () => Promise.reject(new BoughError('git_host_unavailable', 'down'));
    await expect(world.perform(effectOf('one'), 2)).rejects.toMatchObject({ code: 'git_host_unavailable' });
    await expect(world.perform(effectOf('two'), 2)).rejects.toMatchObject({ code: 'git_host_unavailable' });
  });

  it('get the turn again after a crash, and lose it when they never return', async () => {
    const world = await aBrokenProject();
    await beginAgain(world, 'one');
    await expect(world.perform(effectOf('one'), 3)).resolves.toBeUndefined();
    await beginAgain(world, 'two');
    await expect(world.perform(effectOf('three'), 2)).rejects.toMatchObject(busy);
    world.clock.pass(16);
    await expect(world.perform(effectOf('three'), 2)).resolves.toBeUndefined();
  });

  it('still count as interrupted after waiting for the turn', async () => {
    const world = await aBrokenProject();
    const { finish, done } = await beginAgain(world, 'one');
    const suspend = bind(suspendActivity, { ...world.ports, chance: () => 0 });
    await world.perform(effectOf('two'), 2).catch((error) => suspend(effectOf('two'), error));
    expect((await world.environment('two'))?.activities[0]?.delay?.because).toContain('one at a time');
    finish();
    await done;
    world.clock.pass(1);
    const [message] = world.delayed;
    expect(message).toMatchObject({ environment: 'two', again: true });
    if (message) await world.perform(message);
    expect(await startsOf(world, 'two')).toBe(2);
  });

  it('do not delay activities that start for the first time', async () => {
    const world = await aBrokenProject();
    await beginAgain(world, 'one');
    await expect(world.perform(effectOf('two'))).resolves.toBeUndefined();
    expect(world.builds).toMatchObject([{ environment: { id: 'two' } }]);
  });
});
