import { describe, expect, it } from 'vitest';
import type { BranchRequest } from '../../../shared/domain/environments/branch-environment.ts';
import { branchEnvironment } from '../../../shared/workflow/environments/act-on-environment.ts';
import {
  anEnvironment,
  commit,
  endedOf,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { built } from '../../support/busy-world.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const request: BranchRequest = { name: 'made-here', title: 'Made here', clone_parent: true };
const branch = (world: World, changes: Partial<BranchRequest> = {}, parent = 'main') =>
  branchEnvironment(world.ports, projectId, parent, { ...request, ...changes });

/** A project whose repository was fetched, so that the mirror has its commits. */
async function aFetchedWorld(repository = aRepository()) {
  const world = await aWorld({ repository });
  await world.process({ type: 'repository.changed' });
  await world.settle();
  return world;
}

describe('branching an environment', () => {
  it("deploys the parent's code under a name without a branch, with the parent's data", async () => {
    const world = await aFetchedWorld();

    await branch(world);
    await world.work();

    expect(world.builds).toMatchObject([
      { action: 'deploy', commit: commit('A'), activity: { clone_data: true }, data_from: 'main' },
    ]);
    await world.settle();
    expect(await world.environment('made-here')).toMatchObject({
      title: 'Made here',
      status: 'active',
      parent: 'main',
      has_remote: false,
      head_commit: commit('A'),
      deployment: { commit: commit('A') },
    });
    expect(world.mirror.heads()).toMatchObject({ 'refs/heads/made-here': 'A' });
    expect(endedOf(await world.history()).at(-1)).toBe('branch A with data: success');
  });

  it('begins without data on request', async () => {
    const world = await aFetchedWorld();

    await branch(world, { clone_parent: false });
    await world.work();

    expect(world.builds).toMatchObject([{ activity: { clone_data: false } }]);
  });

  it('returns the new environment and its activity', async () => {
    const world = await aFetchedWorld();

    const { environment, activity } = await branch(world);

    expect(environment).toMatchObject({ id: 'made-here', activities: [activity] });
    expect(activity).toMatchObject({ type: 'environment.branch', commit: commit('A'), state: 'in_progress' });
  });

  it("keeps its commit at a redeployment, even when the parent's has changed", async () => {
    const world = await aFetchedWorld();
    await branch(world);
    await world.settle();
    world.repository.push('main', 'B');
    await world.process({ type: 'branch.pushed', branch: 'main', commit: commit('B') });
    await world.settle();

    const { activity } = await world.act('made-here', { type: 'redeploy' });
    await world.work();

    expect(activity).toMatchObject({ type: 'environment.redeploy' });
    expect(built(world)).toEqual(['deploy A of made-here']);
  });

  it('follows the branch once the branch is pushed', async () => {
    const world = await aFetchedWorld();
    await branch(world);
    await world.settle();
    world.repository.push('made-here', 'B');

    await world.process({ type: 'branch.pushed', branch: 'made-here', commit: commit('B') });
    await world.settle();
    await world.prune();

    expect(world.events).toEqual([]);
    expect(await world.environment('made-here')).toMatchObject({
      has_remote: true,
      deployment: { commit: commit('B') },
    });
  });

  it('is otherwise deleted by the next prune', async () => {
    const world = await aFetchedWorld();
    await branch(world);
    await world.settle();

    await world.prune();
    await world.settle();

    expect(await world.environment('made-here')).toBeNull();
  });

  it('is kept when prune-branches is off', async () => {
    const world = await aWorld({
      environments: [theProductionEnvironment(), anEnvironment({ id: 'made-here', has_remote: false })],
      integration: { prune_branches: false },
    });

    await world.prune();

    expect(world.events).toEqual([]);
  });

  it.each<[string, Partial<BranchRequest>, string, RegExp]>([
    ['an invalid branch name', { name: 'a..b' }, 'name', /name of a git branch/],
    ['the name of a pull request', { name: 'pr-7' }, 'name', /not pr-<number>/],
    ['a name that is taken', { name: 'main' }, 'name', /main exists already/],
  ])('is refused for %s, and creates nothing', async (_, changes, field, message) => {
    const world = await aFetchedWorld();
    const before = await world.environments.listOf(projectId);

    await expect(branch(world, changes)).rejects.toMatchObject({
      code: 'invalid',
      fields: { [field]: expect.stringMatching(message) },
    });

    expect(await world.environments.listOf(projectId)).toEqual(before);
    expect(world.effects).toEqual([]);
  });

  it('requires a parent', async () => {
    await expect(branch(await aFetchedWorld(), {}, 'unknown')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('requires an integration', async () => {
    const world = await aWorld({ environments: [theProductionEnvironment({ integration: 'removed' })] });

    await expect(branch(world)).rejects.toMatchObject({
      code: 'refused',
      message: 'The environment main has no integration any more.',
      remedy: expect.stringContaining('integration:add'),
    });
  });
});
