import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { StoreConflict } from '../../../shared/ports/store-conflict.ts';
import { changeDefaultBranch } from '../../../shared/workflow/projects/steps/change-default-branch.ts';
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
} from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

/** Runs the integration's pending activities, and no effects of them. */
async function moveAll(world: World) {
  const runs = world.effects.filter(({ type }) => type === 'integration.run');
  world.effects.splice(0, Infinity, ...world.effects.filter((effect) => !runs.includes(effect)));
  for (const run of runs) await world.perform(run);
}

async function change(world: World, branch = 'trunk') {
  const asked = await changeDefaultBranch(world.ports, projectId, branch);
  await moveAll(world);
  return asked;
}

function withPullRequest() {
  const repository = aRepository({ main: 'A', trunk: 'A', 'feature/x': 'A' });
  repository.open('feature/x');
  return repository;
}

/** A project with `main` in production, `trunk` and other branches. */
const aSettledWorld = (setting: Parameters<typeof aWorld>[0] & { trunk?: Partial<Environment> } = {}) =>
  aWorld({
    repository: withPullRequest(),
    environments: [
      theProductionEnvironment(),
      anEnvironment({ id: 'trunk', ...setting.trunk }),
      anEnvironment(),
      anEnvironment({ id: 'made-here', parent: 'feature/x', has_remote: false }),
      aPullRequestEnvironment(),
    ],
    ...setting,
  });

/** The parents of the environments, by id. */
const parents = async ({ environments }: World) =>
  Object.fromEntries((await environments.listOf(projectId)).map(({ id, parent }) => [id, parent]));

describe('changing the default branch', () => {
  it("makes the branch's environment the production one, and activates it", async () => {
    const world = await aSettledWorld();

    await change(world);
    await world.settle();

    expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'trunk', version: 2 });
    expect(await world.environment('trunk')).toMatchObject({
      type: 'production',
      parent: null,
      status: 'active',
      resources: 'default',
      deployment: { commit: commit('A') },
    });
    expect(endedOf(await world.history())).toEqual(['default_branch: success', 'activate A: success']);
  });

  it('is requested in one write, and changes nothing before its activity starts', async () => {
    const world = await aSettledWorld();
    const before = await world.environments.listOf(projectId);

    expect(await changeDefaultBranch(world.ports, projectId, 'trunk')).toMatchObject({
      activity: 'activity-000001',
    });

    expect(queueOf(await world.integration())).toEqual(['default_branch, running']);
    expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'main', version: 1 });
    expect(await world.environments.listOf(projectId)).toEqual(before);
  });

  it('is one activity for any number of requests', async () => {
    const world = await aSettledWorld();
    const ask = () => changeDefaultBranch(world.ports, projectId, 'trunk');

    expect((await ask())?.activity).toBe((await ask())?.activity);

    expect(queueOf(await world.integration())).toEqual(['default_branch, running']);
  });

  it('accepts a branch without an environment, which a fetch creates', async () => {
    const world = await aSettledWorld();
    world.repository.push('new', 'C');

    await change(world, 'new');
    await world.settle();

    expect(await world.environment('new')).toMatchObject({
      type: 'production',
      parent: null,
      deployment: { commit: commit('C') },
    });
    expect(await parents(world)).toMatchObject({ main: 'new', trunk: 'new', 'feature/x': 'new' });
  });

  it('accepts the first default branch, and fetches everything', async () => {
    const repository = aRepository({ trunk: 'A', 'feature/x': 'B' });
    const world = await aWorld({ repository, project: { default_branch: null } });

    await change(world);
    await world.settle();

    expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'trunk' });
    expect(await world.environment('trunk')).toMatchObject({ type: 'production', status: 'active' });
    expect(await parents(world)).toEqual({ trunk: null, 'feature/x': 'trunk' });
  });

  it('fails when the branch no longer exists, and changes nothing', async () => {
    const world = await aSettledWorld();
    await changeDefaultBranch(world.ports, projectId, 'trunk');
    world.repository.deleteBranch('trunk');

    await expect(moveAll(world)).rejects.toMatchObject({ code: 'refused' });

    expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'main', version: 1 });
  });

  it('makes the old environment an ordinary one, and keeps it deployed', async () => {
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

  it('makes it the parent of other branches, but not of pull requests and branched environments', async () => {
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

  it('redeploys no active environment', async () => {
    const active = anActiveEnvironment();
    const world = await aSettledWorld({ trunk: { status: active.status, deployment: active.deployment } });

    await change(world);

    expect(await world.environment('trunk')).toMatchObject({ type: 'production', activities: [] });
    expect(world.effects).toEqual([{ type: 'access.publish', project: projectId }]);
  });

  it('makes the environment wait for resources with manual resources', async () => {
    const world = await aSettledWorld({ integration: { environment_init_resources: 'manual' } });

    await change(world);

    expect(await world.environment('trunk')).toMatchObject({ type: 'production', status: 'inactive' });
    expect(world.effects).toEqual([{ type: 'access.publish', project: projectId }]);
  });

  it('requires an integration, which lists the branches', async () => {
    const world = await aSettledWorld();
    await world.integrations.remove(await world.integration());

    await expect(change(world)).rejects.toMatchObject({
      code: 'invalid',
      fields: { default_branch: expect.stringContaining('no integration') },
    });
  });

  it('lasts: the next prune moves nothing', async () => {
    const world = await aSettledWorld();
    await change(world);
    await world.settle();
    await world.environments.remove((await world.environment('made-here'))!);

    await world.prune();

    expect(world.events).toEqual([]);
  });

  it('protects the new environment from deletion, and no longer the old one', async () => {
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

  it('changes nothing for the current default branch', async () => {
    const world = await aSettledWorld({
      environments: [theProductionEnvironment(), anEnvironment(), aPullRequestEnvironment()],
    });
    const before = await world.environments.listOf(projectId);

    expect(await change(world, 'main')).toBeNull();

    expect(await world.environments.listOf(projectId)).toEqual(before);
    expect(world.effects).toEqual([]);
  });

  it.each([
    ['unknown', 'The repository has no branch unknown. Push the branch first.'],
    ['pr-1', 'The environment pr-1 belongs to pull request #1.'],
    ['x'.repeat(1001), expect.stringContaining('more than 1000 bytes')],
  ])('is refused for %s, which cannot have an environment', async (branch, default_branch) => {
    const world = await aSettledWorld();
    const before = await world.environments.listOf(projectId);

    await expect(change(world, branch)).rejects.toMatchObject({
      code: 'invalid',
      fields: { default_branch },
    });

    expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'main', version: 1 });
    expect(await world.environments.listOf(projectId)).toEqual(before);
    expect(world.effects).toEqual([]);
  });

  it('requires a project', async () => {
    const world = await aSettledWorld();

    await expect(changeDefaultBranch(world.ports, 'unknown', 'trunk')).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('an interrupted change of the default branch', () => {
  /** Runs the activity with a store that refuses one environment. */
  const breakAt = async (broken: string, error: Error) => {
    const world = await aSettledWorld();
    await changeDefaultBranch(world.ports, projectId, 'trunk');
    const { save } = world.environments;
    let isFirst = true;
    world.ports.environments = {
      ...world.environments,
      save: async (environment, finished) => {
        if (environment.id === broken && isFirst) {
          isFirst = false;
          throw error;
        }
        await save(environment, finished);
      },
    };
    return world;
  };
  const isDone = async (world: World) => {
    expect(await parents(world)).toMatchObject({ 'feature/x': 'trunk', main: 'trunk', trunk: null });
    expect(await world.environment('main')).toMatchObject({ type: 'development' });
    expect(await world.environment('trunk')).toMatchObject({ type: 'production', status: 'active' });
  };
  const broken = ['feature/x', 'main', 'trunk'];

  it.each(broken)('goes on with the next run of its activity: it ended at %s', async (id) => {
    const world = await breakAt(id, new Error('DynamoDB is down'));
    const run = structuredClone(world.effects[0]!);
    await expect(moveAll(world)).rejects.toThrow('DynamoDB is down');
    expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'trunk' });

    await world.perform(run, 2);
    await world.settle();

    await isDone(world);
    expect(endedOf(await world.history()).toSorted()).toEqual([
      'activate A: success',
      'default_branch: success',
    ]);
  });

  it.each(broken)(
    'keeps the old production environment until the rest is done: it ended at %s',
    async (id) => {
      const world = await breakAt(id, new Error('DynamoDB is down'));

      await expect(moveAll(world)).rejects.toThrow('DynamoDB is down');

      expect(await world.environment('main')).toMatchObject({ type: 'production' });
      world.repository.deleteBranch('main');
      expect(await world.process({ type: 'branch.deleted', branch: 'main' })).toBe('ignore');
    },
  );

  it.each(broken)(
    'is finished by the next prune, should its activity have ended: it ended at %s',
    async (id) => {
      const world = await breakAt(id, new Error('DynamoDB is down'));
      await expect(moveAll(world)).rejects.toThrow('DynamoDB is down');
      const integration = await world.integration();
      await world.integrations.save({ ...integration, activities: [], version: integration.version + 1 });

      await world.prune();
      await moveAll(world);
      await world.settle();

      await isDone(world);
    },
  );

  it('survives concurrent writes to environments', async () => {
    const world = await breakAt('trunk', new StoreConflict('trunk'));

    await moveAll(world);

    expect(queueOf((await world.environment('trunk'))!)).toEqual(['activate A, running']);
  });

  it('queues the activation behind a running activity', async () => {
    const push = aRunningActivity({ commit: commit('B') });
    const world = await aSettledWorld({ trunk: { activities: [push] } });

    await change(world);

    expect(queueOf((await world.environment('trunk'))!)).toEqual(['push B, running', 'activate A, waiting']);
  });
});
