import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  type anIntegration,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  inShort,
  integrationId,
  projectId,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { aRepository, type Repository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

const fetch = aRunningActivity({ type: 'integration.bitbucket.fetch', id: 'fetch' });

interface Setting {
  repository?: Repository;
  integration?: Parameters<typeof anIntegration>[0];
  project?: Partial<Project>;
  environments?: readonly Environment[];
}

/** A world whose integration runs one activity. */
async function busyWorld(activity: Activity, { integration = {}, ...setting }: Setting = {}) {
  const world = await aWorld({ ...setting, integration: { activities: [activity], ...integration } });
  const run = () =>
    world.perform({ type: 'integration.run', project: projectId, integration: integrationId, activity });
  return { world, run };
}

describe('fetching everything', () => {
  const aBusyRepository = () => {
    const repository = aRepository({ main: 'A', 'feature/x': 'B', release: 'C' });
    repository.open('feature/x', 'release');
    return repository;
  };

  it('creates the whole tree: all branches, all open pull requests', async () => {
    const { world, run } = await busyWorld(fetch, { repository: aBusyRepository() });

    await run();
    await world.settle();

    expect(await world.environments.listOf(projectId)).toMatchObject([
      { id: 'feature/x', status: 'inactive', parent: 'main', head_commit: commit('B'), deployment: null },
      { id: 'main', type: 'production', parent: null, deployment: { commit: commit('A') } },
      { id: 'pr-1', status: 'active', parent: 'release', deployment: { commit: commit('B') } },
      { id: 'release', status: 'inactive', parent: 'main', head_commit: commit('C') },
    ]);
  });

  it('mirrors all of it in one bundle', async () => {
    const { world, run } = await busyWorld(fetch, { repository: aBusyRepository() });

    await run();

    expect(world.mirror.heads()).toEqual({
      'refs/heads/feature/x': 'B',
      'refs/heads/main': 'A',
      'refs/heads/release': 'C',
    });
    expect(world.mirror.bundles()).toHaveLength(1);
  });

  it('costs one listing, and no activity for a branch that needs no deployment', async () => {
    const { world, run } = await busyWorld(fetch, {
      repository: aRepository({ main: 'A', one: 'B', two: 'C' }),
    });

    await run();
    await world.settle();

    expect((await world.history()).map(inShort)).toEqual(['push A', 'fetch']);
  });

  it('reconciles existing environments: moved, missed and deleted branches', async () => {
    const repository = aRepository({ main: 'B', 'feature/x': 'B' });
    const ended = repository.open('feature/x');
    repository.end(ended);
    const { world, run } = await busyWorld(fetch, {
      repository,
      environments: [
        theProductionEnvironment(),
        anEnvironment(),
        anActiveEnvironment({ id: 'gone' }),
        aPullRequestEnvironment(),
      ],
    });

    await run();
    await world.settle();

    expect(await world.environments.listOf(projectId)).toMatchObject([
      { id: 'feature/x', head_commit: commit('B') },
      { id: 'main', deployment: { commit: commit('B') } },
    ]);
  });

  it('drops deleted refs from the mirror, but not the commits of pull requests', async () => {
    const repository = aBusyRepository();
    const { world, run } = await busyWorld(fetch, { repository });
    await run();
    await world.settle();
    repository.deleteBranch('feature/x');

    await world.process({ type: 'repository.changed' });
    await world.settle();

    expect(world.mirror.heads()).toEqual({
      'refs/heads/main': 'A',
      'refs/heads/release': 'C',
      'refs/pull-requests/1/from': 'B',
    });
  });

  it('logs no changes without changes', async () => {
    const { world, run } = await busyWorld(fetch, {
      repository: aRepository({ main: 'A' }),
      environments: [theProductionEnvironment()],
    });

    await run();

    expect(world.events).toEqual([]);
    expect(world.logOf('fetch').at(-1)).toBe('  No changes since last fetch');
  });

  describe('from a repository without any branch', () => {
    it('deletes nothing, because a broken server may return the same', async () => {
      const { world, run } = await busyWorld(fetch, { repository: aBusyRepository() });
      await run();
      await world.settle();
      const [heads, environments] = [world.mirror.heads(), await world.environments.listOf(projectId)];
      world.repository.heads.clear();

      await world.process({ type: 'repository.changed' });
      await world.settle();

      expect(world.mirror.heads()).toEqual(heads);
      expect(await world.environments.listOf(projectId)).toEqual(environments);
    });

    it('waits for the first push, whose branch becomes the default one', async () => {
      const { world, run } = await busyWorld(fetch, {
        repository: aRepository({}),
        project: { default_branch: null },
      });

      await run();

      expect(world.events).toEqual([]);
      expect(world.logOf('fetch').at(-1)).toBe('  The repository is empty. Its first push will be fetched');

      world.repository.head = 'trunk';
      world.repository.push('trunk', 'A');
      await world.process({ type: 'branch.pushed', branch: 'trunk', commit: commit('A') });
      await world.settle();

      expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'trunk', version: 2 });
      expect(await world.environments.listOf(projectId)).toMatchObject([
        { id: 'trunk', type: 'production', parent: null, deployment: { commit: commit('A') } },
      ]);
    });
  });

  it('leaves out names that are invalid for environments, and logs them', async () => {
    const repository = aRepository({ main: 'A', ['x'.repeat(1001)]: 'A' });
    repository.unreadable.add('refs/heads/caf\ufffd');
    const { world, run } = await busyWorld(fetch, { repository });

    await run();
    await world.settle();

    expect(world.logOf('fetch')).toContainEqual(
      expect.stringMatching(/^W: Left out because of a name: .*caf\ufffd is not UTF-8; .*xxx" has more than/),
    );
    expect((await world.environments.listOf(projectId)).map(({ id }) => id)).toEqual(['main']);
  });

  it('logs that no environment has a parent when the default branch does not exist', async () => {
    const repository = aRepository({ trunk: 'A' });
    const { world, run } = await busyWorld(fetch, { repository, project: { default_branch: null } });

    await run();

    expect(world.logOf('fetch')).toContainEqual(
      expect.stringMatching(
        /^W: The repository has no default branch, .* bough project:info default_branch NAME$/,
      ),
    );
    expect(await world.projects.get(projectId)).toMatchObject({ default_branch: null });
  });

  describe('while the default branch of the repository is another', () => {
    const aRepositoryOnTrunk = () => Object.assign(aRepository({ main: 'A', trunk: 'B' }), { head: 'trunk' });

    it('changes nothing, and logs the command that changes it', async () => {
      const { world, run } = await busyWorld(fetch, { repository: aRepositoryOnTrunk() });

      await run();
      await world.settle();

      expect(world.logOf('fetch')).toContain(
        "W: The repository's default branch is trunk, the project's stays main until you change it: bough project:info default_branch trunk",
      );
      expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'main', version: 1 });
      expect(await world.environments.listOf(projectId)).toMatchObject([
        { id: 'main', type: 'production', status: 'active' },
        { id: 'trunk', type: 'development', parent: 'main' },
      ]);
    });

    it("logs nothing when the project's default branch is set now", async () => {
      const project = { default_branch: null };
      const { world, run } = await busyWorld(fetch, { repository: aRepositoryOnTrunk(), project });

      await run();

      expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'trunk' });
      expect(world.logOf('fetch').filter((line) => line.startsWith('W:'))).toEqual([]);
    });
  });

  it.each([
    ['fetch_branches', {}, ['pr-1']],
    [
      'build_pull_requests',
      { 'refs/heads/feature/x': 'B', 'refs/heads/main': 'A', 'refs/heads/release': 'C' },
      ['feature/x', 'main', 'release'],
    ],
  ])('leaves out what the disabled option %s excludes', async (option, heads, ids) => {
    const { world, run } = await busyWorld(fetch, {
      repository: aBusyRepository(),
      integration: { activities: [fetch], [option]: false },
    });

    await run();
    expect(world.mirror.heads()).toEqual(heads);
    await world.settle();

    expect((await world.environments.listOf(projectId)).map(({ id }) => id)).toEqual(ids);
  });

  it.each(['listRefs', 'fetchBundle', 'openPullRequests'] as const)(
    'tells nothing when %s fails: half a picture is none',
    async (call) => {
      const { world, run } = await busyWorld(fetch, { repository: aBusyRepository() });
      world.bitbucket.fail(call);

      await expect(run()).rejects.toThrow(`${call} failed`);

      expect(world.events).toEqual([]);
      expect(queueOf(await world.integration())).toEqual(['fetch, running']);
    },
  );
});

it('an activity of a removed integration changes nothing', async () => {
  const world = await aWorld();

  await world.perform({
    type: 'integration.run',
    project: projectId,
    integration: 'removed',
    activity: fetch,
  });

  expect(world.bitbucket.calls).toEqual([]);
});
