import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../../shared/domain/deliveries/source-event.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { updateIntegration } from '../../../shared/workflow/integrations/update-integration.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  commit,
  integrationId,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { built, withBranch, withClosedPullRequest } from '../../support/busy-world.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const gone: SourceEvent = { type: 'branch.deleted', branch: 'feature/x' };
const off = (world: World, options: Parameters<typeof updateIntegration>[3]) =>
  updateIntegration(world.ports, projectId, integrationId, options);

/** The branch of `feature/x` was deleted, and the deletion of its environment is queued. */
async function withQueuedDeletion(environment: Environment) {
  const world = await aWorld({
    repository: withBranch('A'),
    environments: [theProductionEnvironment(), environment],
  });
  world.repository.deleteBranch('feature/x');
  await world.process(gone);
  return world;
}

describe('the options of the integration, read again before a deletion', () => {
  describe.each([
    ['prune-branches', { prune_branches: false }],
    ['fetch-branches', { fetch_branches: false }],
  ])('with %s turned off after the deletion was queued', (option, options) => {
    it.each([
      ['an active', anActiveEnvironment()],
      ['an inactive', anEnvironment()],
    ])('keep %s environment', async (_, environment) => {
      const world = await withQueuedDeletion(environment);
      await off(world, options);

      await world.settle();

      const { status } = environment;
      expect(await world.environment('feature/x')).toMatchObject({ status, activities: [] });
      expect(await world.history()).toMatchObject([{ state: 'cancelled', because: `${option} is off` }]);
      expect(built(world)).toEqual([]);
    });
  });

  it('do not keep the environment of a pull request that has ended', async () => {
    const world = await aWorld({
      repository: withClosedPullRequest(),
      environments: [theProductionEnvironment(), aPullRequestEnvironment()],
    });
    await world.process({ type: 'pull_request.merged', number: 1 });
    await off(world, { fetch_branches: false, build_pull_requests: false });

    await world.settle();

    expect(await world.environment('pr-1')).toBeNull();
  });

  it('do not keep an environment that a user deletes', async () => {
    const world = await aWorld({
      repository: withBranch('A'),
      environments: [theProductionEnvironment(), anActiveEnvironment()],
    });
    await off(world, { fetch_branches: false });
    await world.act('feature/x', { type: 'delete', confirmed: true });

    await world.settle();

    expect(await world.environment('feature/x')).toBeNull();
  });

  it('do not keep an empty environment that a late event created', async () => {
    const world = await aWorld({
      repository: aRepository({ main: 'A' }),
      environments: [theProductionEnvironment()],
      integration: { prune_branches: false },
    });
    await world.process({ type: 'branch.pushed', branch: 'feature/x', commit: commit('B') });

    await world.settle();

    expect(await world.environment('feature/x')).toBeNull();
  });

  it('keep a push that the deletion superseded, when the branch exists again', async () => {
    const world = await withQueuedDeletion(anActiveEnvironment());
    world.repository.push('feature/x', 'B');
    await off(world, { prune_branches: false });

    await world.settle();

    expect(await world.environment('feature/x')).toMatchObject({ deployment: { commit: commit('B') } });
  });
});
