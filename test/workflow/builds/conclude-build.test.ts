import { describe, expect, it } from 'vitest';
import type { Build } from '../../../shared/domain/builds/build.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import {
  aDeployment,
  anActiveEnvironment,
  aPullRequest,
  aPullRequestEnvironment,
  aRoute,
  aRunningActivity,
  aState,
  commit,
  endedOf,
  moment,
} from '../../support/builders.ts';
import { built, withPullRequest } from '../../support/busy-world.ts';
import { aWorld, type World } from '../../support/world.ts';

const push = aRunningActivity({ type: 'environment.push', commit: commit('B') });

/** A world with an environment whose deployment or teardown build is about to end. */
async function buildingWorld({ deleting = false } = {}) {
  const activity = deleting ? aRunningActivity({ type: 'environment.delete' }) : push;
  const environment = aPullRequestEnvironment({ activities: [activity] });
  const repository = withPullRequest('B');
  const world = await aWorld({ environments: [environment], repository });
  const build: Build = {
    action: deleting ? 'teardown' : 'deploy',
    environment,
    activity,
    commit: commit('B'),
    bundles: [],
    data_from: null,
  };
  return { world, build };
}

describe('the end of a build', () => {
  it('with success is a deployment, with its routes', async () => {
    const { world, build } = await buildingWorld();
    const routes = [aRoute({ url: 'https://new.example.org/' })];

    await world.endBuild(build, { routes });

    expect(await world.environment('pr-1')).toMatchObject({
      head_commit: commit('B'),
      deployment: { id: 'running', commit: commit('B'), routes, created_at: world.clock.now() },
      activities: [],
    });
    expect(world.effects).toMatchObject([
      { report: { state: 'successful', url: 'https://new.example.org/' } },
    ]);
  });

  it('with success and no routes is a deployment too', async () => {
    const { world, build } = await buildingWorld();

    await world.endBuild(build, { routes: [] });

    expect(await world.environment('pr-1')).toMatchObject({
      deployment: { commit: commit('B'), routes: [] },
    });
  });

  it('with failure gives the reason, and keeps the last deployment', async () => {
    const { world, build } = await buildingWorld();

    await world.endBuild(build, { result: 'failure', because: '.bough/deploy ended with 1', routes: [] });

    expect(await world.environment('pr-1')).toMatchObject({
      deployment: aDeployment(),
      head_commit: commit('B'),
    });
    expect(await world.history()).toMatchObject([
      { result: 'failure', because: '.bough/deploy ended with 1' },
    ]);
    expect(world.effects).toMatchObject([
      { report: { state: 'failed', url: null, description: '.bough/deploy ended with 1' } },
    ]);
  });

  it.each([
    ['TIMED_OUT', 'failure', 'failed'],
    ['FAULT', 'failure', 'failed'],
    ['STOPPED', 'cancelled', 'stopped'],
  ])(
    'without a result, as %s, is a %s, and its build status says that it %s',
    async (status, ended, state) => {
      const { world, build } = await buildingWorld();

      await world.endBuild(build, null, { status });

      expect(endedOf(await world.history())).toEqual([`push B: ${ended}`]);
      expect(await world.history()).toMatchObject([{ because: expect.stringContaining(status) }]);
      expect(world.effects).toMatchObject([{ report: { state, commit: commit('B') } }]);
    },
  );

  it('without a result names the build, so that its CodeBuild log can be found', async () => {
    const { world, build } = await buildingWorld();

    await world.endBuild(build, null, { status: 'FAULT', build: 'bough-builder:8745a7a9' });

    expect(await world.history()).toMatchObject([
      { because: expect.stringContaining('bough-builder:8745a7a9') },
    ]);
  });

  describe('without a result', () => {
    const seen = {
      type: 'pull_request.updated' as const,
      pull_request: aPullRequest({ source: { commit: commit('B') } }),
    };
    const lose = async (world: World, build: Build) => {
      await world.endBuild(build, null, { status: 'FAULT' });
      world.builds.length = 0;
      await world.work();
    };

    it('does not count as an attempt at its commit, so the next prune retries it', async () => {
      const { world, build } = await buildingWorld();
      await lose(world, build);
      expect(await world.environment('pr-1')).toMatchObject({ head_commit: commit('A') });

      await world.process(seen);
      await world.work();

      expect(built(world)).toEqual(['deploy B of pr-1']);
    });

    it('is retried with increasing pauses, and a newer commit at once', async () => {
      const { world, build } = await buildingWorld();
      await lose(world, build);
      await world.process(seen);
      await world.work();
      await lose(world, world.builds[0]!);

      expect(await world.process(seen)).toBe('ignore');
      world.clock.pass(9);
      expect(await world.process(seen)).toBe('ignore');
      const newer = aPullRequest({ source: { commit: commit('C') } });
      expect(
        decide(
          { ...seen, pull_request: newer },
          aState({ environment: (await world.environment('pr-1'))! }),
          moment,
        ).verdict,
      ).toBe('change');
      world.clock.pass(1);
      expect(await world.process(seen)).toBe('change');
    });

    it('no longer counts after a successful deployment', async () => {
      const { world, build } = await buildingWorld();
      await lose(world, build);
      await world.process(seen);
      await world.work();
      await world.endBuild(world.builds.shift()!);

      expect(await world.environment('pr-1')).toMatchObject({ setbacks: null, head_commit: commit('B') });
    });

    it('is no failed teardown, so the deletion is retried without a limit', async () => {
      const { world, build } = await buildingWorld({ deleting: true });
      let teardown = build;
      for (let tries = 1; tries <= 12; tries += 1) {
        await lose(world, teardown);
        world.clock.pass(360);
        await world.process({ type: 'pull_request.merged', number: 1 });
        world.repository.end(1);
        await world.work();
        expect(built(world)).toEqual(['teardown A of pr-1']);
        teardown = world.builds[0]!;
      }
      expect(await world.environment('pr-1')).toMatchObject({ failed_deletions: 0, setbacks: { count: 12 } });
    });
  });

  it('of a teardown with success deletes the environment', async () => {
    const { world, build } = await buildingWorld({ deleting: true });

    await world.endBuild(build);

    expect(await world.environment('pr-1')).toBeNull();
    expect(world.effects).toEqual([]);
  });

  it('of a failed teardown keeps the environment and its data', async () => {
    const { world, build } = await buildingWorld({ deleting: true });

    await world.endBuild(build, { result: 'failure', because: '.bough/teardown ended with 1' });

    expect(await world.environment('pr-1')).toMatchObject({ deployment: aDeployment(), activities: [] });
    expect(endedOf(await world.history())).toEqual(['delete: failure']);
  });

  it('counts once when reported twice', async () => {
    const { world, build } = await buildingWorld();
    await world.endBuild(build);
    const environment = await world.environment('pr-1');

    await world.endBuild(build, { result: 'failure' });

    expect(await world.environment('pr-1')).toEqual(environment);
  });

  it('of a deleted environment changes nothing', async () => {
    const world = await aWorld();

    await world.endBuild({
      action: 'deploy',
      environment: anActiveEnvironment(),
      activity: push,
      commit: commit('B'),
      bundles: [],
      data_from: null,
    });

    expect(await world.environment('feature/x')).toBeNull();
    expect(world.effects).toEqual([]);
  });
});
