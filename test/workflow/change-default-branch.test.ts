import { describe, expect, it } from 'vitest';
import type { Environment } from '../../shared/domain/environment.ts';
import { type Environments, StoreConflict } from '../../shared/ports.ts';
import { changeDefaultBranch } from '../../shared/workflow/change-default-branch.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  endedOf,
  projectId,
  queueOf,
  theProductionEnvironment,
} from '../support/builders.ts';
import { aRepository } from '../support/doubles.ts';
import { aWorld, type World } from '../support/world.ts';

const change = (world: World, branch = 'trunk') => changeDefaultBranch(world.ports, projectId, branch);

/** A project with `main` in production, and `trunk` beside other branches. */
const aSettledWorld = (setting: Parameters<typeof aWorld>[0] & { trunk?: Partial<Environment> } = {}) =>
  aWorld({
    repository: aRepository({ main: 'A', trunk: 'A', 'feature/x': 'A' }),
    environments: [
      theProductionEnvironment(),
      anEnvironment({ id: 'trunk', ...setting.trunk }),
      anEnvironment(),
      anEnvironment({ id: 'made-here', parent: 'feature/x', has_remote: false }),
      aPullRequestEnvironment(),
    ],
    ...setting,
  });

/** Whose children the environments are, by their ids. */
const parents = async ({ environments }: World) =>
  Object.fromEntries((await environments.listOf(projectId)).map(({ id, parent }) => [id, parent]));

describe('changing the default branch', () => {
  it("makes the branch's environment the production one, and activates it", async () => {
    const world = await aSettledWorld();

    const project = await change(world);
    await world.settle();

    expect(project).toMatchObject({ default_branch: 'trunk', version: 2 });
    expect(await world.projects.get(projectId)).toEqual(project);
    expect(await world.environment('trunk')).toMatchObject({
      type: 'production',
      parent: null,
      status: 'active',
      resources: 'default',
      deployment: { commit: commit('A') },
    });
    expect(endedOf(await world.history())).toEqual(['activate A: success']);
  });

  it('makes the old one like any other branch, and leaves it deployed', async () => {
    const world = await aSettledWorld();

    await change(world);
    await world.settle();

    expect(await world.environment('main')).toMatchObject({
      type: 'development',
      parent: 'trunk',
      status: 'active',
      deployment: { commit: commit('A') },
      activities: [],
    });
  });

  it('moves other branches below it; pull requests and what was made here stay where they are', async () => {
    const world = await aSettledWorld();

    await change(world);

    expect(await parents(world)).toEqual({
      'feature/x': 'trunk',
      main: 'trunk',
      'made-here': 'feature/x',
      'pr-1': 'main',
      trunk: null,
    });
  });

  it('deploys nothing again that is active already', async () => {
    const active = anActiveEnvironment();
    const world = await aSettledWorld({ trunk: { status: active.status, deployment: active.deployment } });

    await change(world);

    expect(await world.environment('trunk')).toMatchObject({ type: 'production', activities: [] });
    expect(world.effects).toEqual([]);
  });

  it('has it wait for its resources where those are chosen by hand', async () => {
    const world = await aSettledWorld({ integration: { environment_init_resources: 'manual' } });

    await change(world);

    expect(await world.environment('trunk')).toMatchObject({ type: 'production', status: 'inactive' });
    expect(world.effects).toEqual([]);
  });

  it('is done also without an integration, as far as it goes', async () => {
    const world = await aSettledWorld();
    await world.integrations.remove(await world.integration());

    await change(world);

    expect(await world.environment('trunk')).toMatchObject({ type: 'production', status: 'inactive' });
    expect(await world.environment('main')).toMatchObject({ type: 'development', status: 'active' });
    expect(world.effects).toEqual([]);
  });

  it('lasts: the next prune leaves everything where it is', async () => {
    const repository = aRepository({ main: 'A', trunk: 'A', 'feature/x': 'A' });
    repository.open('feature/x');
    const world = await aSettledWorld({ repository });
    await change(world);
    await world.settle();
    await world.environments.remove((await world.environment('made-here'))!);

    await world.prune();

    expect(world.events).toEqual([]);
  });

  it('protects the new one from deletion, and the old one no more', async () => {
    const world = await aSettledWorld();
    await change(world);
    await world.settle();

    for (const branch of ['trunk', 'main']) {
      world.repository.deleteBranch(branch);
      await world.process({ type: 'branch.deleted', branch });
    }
    world.repository.head = 'feature/x';
    await world.settle();

    expect(await world.environment('trunk')).toMatchObject({ status: 'active' });
    expect(await world.environment('main')).toBeNull();
  });

  it('changes nothing when it is the default one already', async () => {
    const world = await aSettledWorld({
      environments: [theProductionEnvironment(), anEnvironment(), aPullRequestEnvironment()],
    });
    const before = await world.environments.listOf(projectId);

    expect(await change(world, 'main')).toMatchObject({ default_branch: 'main', version: 1 });

    expect(await world.environments.listOf(projectId)).toEqual(before);
    expect(world.effects).toEqual([]);
  });

  it.each([['unknown'], ['pr-1']])(
    'is refused for %s, which is no branch with an environment',
    async (branch) => {
      const world = await aSettledWorld();
      const before = await world.environments.listOf(projectId);

      await expect(change(world, branch)).rejects.toMatchObject({
        code: 'invalid',
        fields: { default_branch: `There is no environment of a branch ${branch}. Push the branch first.` },
      });

      expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'main', version: 1 });
      expect(await world.environments.listOf(projectId)).toEqual(before);
    },
  );

  it('needs a project', async () => {
    const world = await aSettledWorld();

    await expect(changeDefaultBranch(world.ports, 'unknown', 'trunk')).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('changing the default branch again after a failure half way', () => {
  it.each(['feature/x', 'main', 'trunk'])('finishes it: it failed at %s', async (broken) => {
    const world = await aSettledWorld();
    const save: Environments['save'] = async (environment, finished) => {
      if (environment.id === broken) throw new Error('DynamoDB is down');
      await world.environments.save(environment, finished);
    };
    const environments = { ...world.environments, save };
    await expect(changeDefaultBranch({ ...world.ports, environments }, projectId, 'trunk')).rejects.toThrow(
      'DynamoDB is down',
    );

    await change(world);
    await world.settle();

    expect(await parents(world)).toMatchObject({ 'feature/x': 'trunk', main: 'trunk', trunk: null });
    expect(await world.environment('main')).toMatchObject({ type: 'development' });
    expect(await world.environment('trunk')).toMatchObject({ type: 'production', status: 'active' });
    expect(endedOf(await world.history())).toEqual(['activate A: success']);
  });

  it('counts though environments are written in between', async () => {
    const world = await aSettledWorld();
    let isFirst = true;
    const save: Environments['save'] = async (environment, finished) => {
      if (environment.id === 'trunk' && isFirst) {
        isFirst = false;
        throw new StoreConflict('trunk');
      }
      await world.environments.save(environment, finished);
    };

    await changeDefaultBranch(
      { ...world.ports, environments: { ...world.environments, save } },
      projectId,
      'trunk',
    );

    expect(queueOf((await world.environment('trunk'))!)).toEqual(['activate A, running']);
  });

  it('waits with the activation for what is under way', async () => {
    const push = aRunningActivity({ commit: commit('B') });
    const world = await aSettledWorld({ trunk: { activities: [push] } });

    await change(world);

    expect(queueOf((await world.environment('trunk'))!)).toEqual(['push B, running', 'activate A, waiting']);
  });
});
