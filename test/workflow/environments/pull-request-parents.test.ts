import { describe, expect, it } from 'vitest';
import { updateEnvironment } from '../../../shared/workflow/environments/update-environment.ts';
import {
  aLink,
  anEnvironment,
  aPullRequestEnvironment,
  commit,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const link = aLink({ target_branch: 'develop' });
const develop = anEnvironment({ id: 'develop' });
const pullRequest = aPullRequestEnvironment({ parent: 'develop', pull_request: link });

/** Pull request #1 from `feature/x` to `develop`, which has an environment unless it is left out. */
async function aTree(environments = [theProductionEnvironment(), develop, anEnvironment(), pullRequest]) {
  const repository = aRepository({ main: 'A', develop: 'A', 'feature/x': 'A' });
  repository.open('feature/x', 'develop', 'A better header');
  return aWorld({ repository, environments });
}

const misplaced = { ...pullRequest, parent: 'main' };
const parentOf = async (world: World) => (await world.environment('pr-1'))?.parent;
const edit = ({ ports }: World, parent: string | null) =>
  updateEnvironment(ports, projectId, 'pr-1', { parent });
const prune = async (world: World) => {
  await world.prune();
  await world.settle();
};
const push = { type: 'branch.pushed' as const, branch: 'develop', commit: commit('A') };

describe("the environment of a pull request whose target's environment was deleted", () => {
  it.each([
    ['its webhook', (world: World) => world.process(push)],
    ['a prune', (world: World) => world.prune()],
    ['a fetch', (world: World) => world.process({ type: 'repository.changed' })],
  ])('is its child again once the target is pushed again, and %s reports the push', async (_, tell) => {
    const world = await aTree();
    world.repository.deleteBranch('develop');
    await world.process({ type: 'branch.deleted', branch: 'develop' });
    await world.settle();
    expect(await parentOf(world)).toBe('main');
    world.repository.push('develop', 'A');

    await tell(world);
    await world.settle();

    expect(await parentOf(world)).toBe('develop');
  });
});

describe("the environment of a pull request with another parent than its target's", () => {
  const environments = [theProductionEnvironment(), develop, anEnvironment(), misplaced];

  it.each([
    [
      'an event of the pull request',
      async (world: World) => {
        const pull_request = world.repository.show(1);
        await world.process({ type: 'pull_request.updated', pull_request });
      },
    ],
    ['a prune', prune],
  ])('is moved by %s, once, without a deployment', async (_, happen) => {
    const world = await aTree(environments);

    await happen(world);
    const moved = await world.environment('pr-1');
    await happen(world);

    expect(moved).toMatchObject({ parent: 'develop', activities: [] });
    expect(await world.environment('pr-1')).toEqual(moved);
    expect(world.builds).toEqual([]);
  });

  it('is not moved while the target has no environment', async () => {
    const world = await aTree([theProductionEnvironment(), anEnvironment(), misplaced]);

    await world.process({ type: 'pull_request.updated', pull_request: world.repository.show(1) });

    expect(await parentOf(world)).toBe('main');
  });

  it('is not moved below its own descendant', async () => {
    const below = anEnvironment({ id: 'develop', parent: 'pr-1' });
    const world = await aTree([theProductionEnvironment(), below, anEnvironment(), misplaced]);

    await prune(world);

    expect(await parentOf(world)).toBe('main');
  });
});

describe('a parent that a user chose for the environment of a pull request', () => {
  it('stays, for any target', async () => {
    const world = await aTree();
    await edit(world, 'feature/x');

    await prune(world);
    await world.process({ type: 'pull_request.updated', pull_request: world.repository.show(1) });

    expect(await parentOf(world)).toBe('feature/x');
  });

  it.each([
    [
      'the pull request gets another target',
      async (world: World) => {
        world.repository.edit(1, { target: 'main' });
        await prune(world);
        world.repository.edit(1, { target: 'develop' });
      },
    ],
    [
      'it is deleted',
      async (world: World) => {
        world.repository.open('main', 'feature/x');
        world.repository.deleteBranch('feature/x');
        await prune(world);
      },
    ],
    ['the user chooses the target', (world: World) => edit(world, 'develop').then(() => undefined)],
  ])('no longer counts once %s', async (_, happen) => {
    const world = await aTree();
    await edit(world, 'feature/x');

    await happen(world);
    await prune(world);

    expect(await world.environment('pr-1')).toMatchObject({ parent: 'develop', parent_is_chosen: false });
  });
});
