import { describe, expect, it } from 'vitest';
import { actOnEnvironment } from '../../../shared/workflow/environments/act-on-environment.ts';
import {
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  commit,
  endedOf,
  projectId,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { built, withBranch, withPullRequest } from '../../support/busy-world.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

type Setting = NonNullable<Parameters<typeof aWorld>[0]>;
type Action = Parameters<typeof actOnEnvironment>[3];

/** Runs a user's action up to the start of the build. */
async function ask(action: Action, id: string, setting: Setting) {
  const world = await aWorld(setting);
  await actOnEnvironment(world.ports, projectId, id, action);
  for (const effect of world.effects.splice(0)) await world.perform(effect, 1);
  return world;
}

const settled = (setting: Setting) => ({
  ...setting,
  environments: [theProductionEnvironment(), ...(setting.environments ?? [])],
});

describe('redeploying', () => {
  const active = settled({ environments: [anActiveEnvironment()], repository: withBranch('A') });

  it('deploys the deployed commit again', async () => {
    const world = await ask({ type: 'redeploy' }, 'feature/x', active);

    expect(built(world)).toEqual(['deploy A of feature/x']);
    await world.settle();
    expect(endedOf(await world.history())).toEqual(['redeploy A: success']);
    expect(world.bitbucket.statuses.map(({ state }) => state)).toEqual(['in_progress', 'successful']);
  });

  it('copies no data', async () => {
    const world = await ask({ type: 'redeploy' }, 'feature/x', active);

    expect(world.builds).toMatchObject([{ activity: { clone_data: false } }]);
  });

  it("deploys git's commit when it is newer", async () => {
    const world = await ask({ type: 'redeploy' }, 'feature/x', { ...active, repository: withBranch('B') });

    expect(built(world)).toEqual(['deploy B of feature/x']);
  });
});

describe('activating', () => {
  it('deploys a branch, with a copy of the data the first time', async () => {
    const setting = settled({ environments: [anEnvironment()], repository: withBranch('A') });

    const world = await ask({ type: 'activate' }, 'feature/x', setting);
    await world.settle();

    expect(await world.environment('feature/x')).toMatchObject({
      status: 'active',
      resources: 'default',
      deployment: { commit: commit('A') },
    });
    expect(endedOf(await world.history())).toEqual(['activate A with data: success']);
  });

  it('approves this commit of a fork only', async () => {
    const repository = aRepository();
    repository.pushToFork('stranger/website', 'feature/x', 'A');
    repository.open('feature/x', 'main', 'A better header', 'stranger/website');
    const waiting = { status: 'inactive', resources: null, deployment: null } as const;
    const environments = [aPullRequestEnvironment({ ...waiting, pull_request: aForkLink() })];

    const world = await ask({ type: 'activate' }, 'pr-1', settled({ environments, repository }));
    expect(built(world)).toEqual(['deploy A of pr-1']);
    await world.settle();
    repository.pushToFork('stranger/website', 'feature/x', 'B');
    await world.process({ type: 'pull_request.updated', pull_request: repository.show(1) });
    await world.settle();

    expect(await world.environment('pr-1')).toMatchObject({
      head_commit: commit('B'),
      deployment: { commit: commit('A') },
      pull_request: { fork: { approved_commit: commit('A') } },
    });
    expect(world.bitbucket.statuses.at(-1)).toMatchObject({ state: 'stopped', commit: commit('B') });
  });

  it('deploys only the approved commit of a fork, even after a push', async () => {
    const repository = aRepository();
    repository.pushToFork('stranger/website', 'feature/x', 'B');
    repository.open('feature/x', 'main', 'A better header', 'stranger/website');
    const environments = [
      aPullRequestEnvironment({ status: 'inactive', deployment: null, pull_request: aForkLink() }),
    ];

    const world = await ask({ type: 'activate' }, 'pr-1', settled({ environments, repository }));

    expect(built(world)).toEqual([]);
    expect(await world.environment('pr-1')).toMatchObject({ head_commit: commit('B'), deployment: null });
  });
});

describe('synchronizing', () => {
  const action = { type: 'synchronize', code: false, data: true } as const;

  it("deploys again with a new copy of the parent's data", async () => {
    const setting = settled({ environments: [anActiveEnvironment()], repository: withBranch('A') });

    const world = await ask(action, 'feature/x', setting);

    expect(world.builds).toMatchObject([
      { action: 'deploy', commit: commit('A'), activity: { clone_data: true }, data_from: 'main' },
    ]);
  });

  it('copies the data also when pull requests start without a copy', async () => {
    const setting = settled({
      environments: [aPullRequestEnvironment()],
      repository: withPullRequest('A'),
      integration: { pull_requests_clone_parent_data: false },
    });

    const world = await ask(action, 'pr-1', setting);

    expect(world.builds).toMatchObject([{ activity: { clone_data: true }, data_from: 'main' }]);
  });
});

describe('deactivating', () => {
  it('tears down the deployment, and keeps the code', async () => {
    const world = await aWorld({
      environments: [anEnvironment({ head_commit: null })],
      repository: withBranch('A'),
    });
    await world.process({ type: 'branch.pushed', branch: 'feature/x', commit: commit('A') });
    await world.settle();
    await actOnEnvironment(world.ports, projectId, 'feature/x', { type: 'activate' });
    await world.settle();

    await actOnEnvironment(world.ports, projectId, 'feature/x', { type: 'deactivate' });
    await world.work();
    expect(built(world)).toEqual(['teardown A of feature/x']);
    await world.settle();

    expect(await world.environment('feature/x')).toMatchObject({
      status: 'inactive',
      deployment: null,
      head_commit: commit('A'),
      activities: [],
    });
    expect(world.mirror.heads()).toMatchObject({ 'refs/heads/feature/x': 'A' });
  });

  it('lasts: later pushes are fetched, and not deployed', async () => {
    const repository = withPullRequest('A');
    const world = await ask(
      { type: 'deactivate' },
      'pr-1',
      settled({ environments: [aPullRequestEnvironment()], repository }),
    );
    await world.settle();
    repository.push('feature/x', 'B');

    await world.process({ type: 'pull_request.updated', pull_request: repository.show(1) });
    await world.settle();

    expect(await world.environment('pr-1')).toMatchObject({
      status: 'inactive',
      head_commit: commit('B'),
      deployment: null,
    });
  });

  it('keeps the environment active when the teardown fails', async () => {
    const world = await ask(
      { type: 'deactivate' },
      'feature/x',
      settled({ environments: [anActiveEnvironment()], repository: withBranch('A') }),
    );

    await world.endBuild(world.builds.shift()!, { result: 'failure' });

    expect(await world.environment('feature/x')).toMatchObject({
      status: 'active',
      deployment: { commit: commit('A') },
      activities: [],
    });
  });

  it('sends no build status', async () => {
    const world = await ask(
      { type: 'deactivate' },
      'feature/x',
      settled({ environments: [anActiveEnvironment()], repository: withBranch('A') }),
    );
    await world.settle();

    expect(world.bitbucket.statuses).toEqual([]);
  });
});

describe('an environment that a user deletes', () => {
  const made = anActiveEnvironment({ id: 'made-here', has_remote: false });

  it.each([
    ['is deactivated', { type: 'deactivate' } as const, anActiveEnvironment(), 'feature/x'],
    ['is deleted', { type: 'delete' } as const, made, 'made-here'],
  ])('%s without a request to Bitbucket', async (_, action, environment, id) => {
    const world = await ask(action, id, settled({ environments: [environment] }));

    expect(built(world)).toEqual([`teardown A of ${id}`]);
    expect(world.bitbucket.calls).toEqual([]);
  });

  it.each([
    ['is deactivated', { type: 'deactivate' } as const],
    ['is deleted', { type: 'delete' } as const],
  ])('%s after its integration was removed', async (_, action) => {
    const orphan = anActiveEnvironment({ integration: 'removed' });

    const world = await ask(action, 'feature/x', settled({ environments: [orphan] }));
    await world.settle();

    expect(await world.environment('feature/x')).toEqual(
      action.type === 'delete' ? null : expect.objectContaining({ status: 'inactive', deployment: null }),
    );
  });

  it('is deleted although the branch exists, when the integration does not prune branches', async () => {
    const world = await ask(
      { type: 'delete' },
      'feature/x',
      settled({
        environments: [anEnvironment()],
        repository: withBranch('A'),
        integration: { prune_branches: false },
      }),
    );

    expect(await world.environment('feature/x')).toBeNull();
    expect(endedOf(await world.history())).toEqual(['delete A: success']);
  });

  it('gives its children to its parent', async () => {
    const child = aPullRequestEnvironment({ parent: 'made-here' });
    const setting = settled({ environments: [made, child], repository: withPullRequest('A') });

    const world = await ask({ type: 'delete' }, 'made-here', setting);
    await world.settle();

    expect(await world.environment('pr-1')).toMatchObject({ parent: 'main' });
  });
});

it('a refused request creates no activity', async () => {
  const world = await aWorld(settled({ environments: [anActiveEnvironment()] }));

  await expect(
    actOnEnvironment(world.ports, projectId, 'feature/x', { type: 'merge' }),
  ).rejects.toMatchObject({
    code: 'refused',
  });

  expect(queueOf((await world.environment('feature/x'))!)).toEqual([]);
  expect(world.effects).toEqual([]);
});
