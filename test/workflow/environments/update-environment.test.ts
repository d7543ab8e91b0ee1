import { describe, expect, it } from 'vitest';
import { updateEnvironment } from '../../../shared/workflow/environments/update-environment.ts';
import {
  anEnvironment,
  aRunningActivity,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { aWorld } from '../../support/world.ts';

const worldOf = (environment = anEnvironment()) =>
  aWorld({ environments: [theProductionEnvironment(), environment, anEnvironment({ id: 'other' })] });

describe('editing an environment', () => {
  it('stores the changes, and starts no activity', async () => {
    const world = await worldOf();

    const after = await updateEnvironment(world.ports, projectId, 'feature/x', {
      title: 'A better header',
      parent: 'other',
    });

    expect(after).toMatchObject({ title: 'A better header', parent: 'other', version: 2 });
    expect(await world.environment('feature/x')).toEqual(after);
    expect(world.effects).toEqual([]);
  });

  it('writes nothing without a change', async () => {
    const world = await worldOf();

    await updateEnvironment(world.ports, projectId, 'feature/x', { title: 'feature/x', type: 'development' });

    expect(await world.environment('feature/x')).toMatchObject({ version: 1 });
  });

  it('survives a concurrent write', async () => {
    const world = await worldOf();
    const { save } = world.environments;
    let isFirst = true;
    world.ports.environments.save = async (environment, finished) => {
      if (isFirst) {
        isFirst = false;
        const now = await world.environment('feature/x');
        if (now) await save({ ...now, activities: [aRunningActivity()], version: now.version + 1 });
      }
      await save(environment, finished);
    };

    await updateEnvironment(world.ports, projectId, 'feature/x', { title: 'New' });

    expect(await world.environment('feature/x')).toMatchObject({
      title: 'New',
      activities: [{ id: 'running' }],
      version: 3,
    });
  });

  it('stores all of several concurrent changes to different fields', async () => {
    const world = await worldOf();
    const changes = [{ title: 'New' }, { type: 'staging' as const }, { parent: 'other' }];

    await Promise.all(changes.map((one) => updateEnvironment(world.ports, projectId, 'feature/x', one)));

    expect(await world.environment('feature/x')).toMatchObject({
      title: 'New',
      type: 'staging',
      parent: 'other',
    });
  });

  it.each([
    [{ parent: 'nowhere' }, { code: 'invalid', fields: { parent: 'Environment not found: nowhere' } }],
    [{ title: '' }, { code: 'invalid', fields: { title: 'Required' } }],
  ])('refuses %j, and changes nothing', async (changes, error) => {
    const world = await worldOf();

    await expect(updateEnvironment(world.ports, projectId, 'feature/x', changes)).rejects.toMatchObject(
      error,
    );

    expect(await world.environment('feature/x')).toMatchObject({ version: 1 });
  });

  it('refuses an environment that is being deleted', async () => {
    const world = await worldOf(
      anEnvironment({ activities: [aRunningActivity({ type: 'environment.delete' })] }),
    );

    await expect(
      updateEnvironment(world.ports, projectId, 'feature/x', { title: 'x' }),
    ).rejects.toMatchObject({ code: 'refused' });
  });

  it('is not found for an unknown environment', async () => {
    const world = await worldOf();

    await expect(updateEnvironment(world.ports, projectId, 'nowhere', {})).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
