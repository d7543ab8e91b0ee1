import { describe, expect, it } from 'vitest';
import { updateIntegration } from '../../../shared/workflow/integrations/update-integration.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  integrationId,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { built, withBranch } from '../../support/busy-world.ts';
import { aWorld, type World } from '../../support/world.ts';

const hour = 60;

/** `feature/x` is active and `asleep` inactive; the branches of both have just been deleted. */
async function goneWorld(prune_grace_hours: number) {
  const world = await aWorld({
    integration: { prune_grace_hours },
    repository: withBranch('A'),
    environments: [theProductionEnvironment(), anActiveEnvironment(), anEnvironment({ id: 'asleep' })],
  });
  world.repository.deleteBranch('feature/x');
  return world;
}

async function prune(world: World) {
  await world.prune();
  await world.settle();
}

describe('the environment of a deleted branch', () => {
  it.each([
    ['a prune', prune],
    [
      'its webhook',
      async (world: World) => {
        await world.process({ type: 'branch.deleted', branch: 'feature/x' });
        await world.settle();
      },
    ],
  ])('is marked by %s, and deleted by a prune after the grace period', async (_, notice) => {
    const world = await goneWorld(24);

    await notice(world);
    const gone_since = world.clock.now();
    expect(await world.environment('feature/x')).toMatchObject({ gone_since, status: 'active' });
    world.clock.pass(23 * hour);
    await prune(world);
    expect(await world.environment('feature/x')).toMatchObject({ gone_since, activities: [] });

    world.clock.pass(hour);
    await prune(world);
    expect(await world.environment('feature/x')).toBeNull();
  });

  it('is deleted at once when inactive', async () => {
    const world = await goneWorld(24);

    await prune(world);

    expect(await world.environment('asleep')).toBeNull();
  });

  it('keeps its deployment and data when the branch returns in time', async () => {
    const world = await goneWorld(24);
    await prune(world);
    world.clock.pass(23 * hour);
    world.repository.push('feature/x', 'A');

    await prune(world);
    world.clock.pass(100 * hour);
    await prune(world);

    expect(await world.environment('feature/x')).toMatchObject({ gone_since: null, status: 'active' });
    expect(built(world)).toEqual([]);
    expect(world.builds).toEqual([]);
  });

  it('is kept when the grace period is set after its deletion was queued', async () => {
    const world = await goneWorld(0);
    await world.process({ type: 'branch.deleted', branch: 'feature/x' });
    await updateIntegration(world.ports, projectId, integrationId, { prune_grace_hours: 24 });

    await world.settle();

    expect(await world.environment('feature/x')).toMatchObject({ status: 'active', activities: [] });
    expect(await world.history()).toMatchObject([
      { state: 'cancelled', because: 'feature/x has a grace period of 24 hours' },
    ]);
  });
});
