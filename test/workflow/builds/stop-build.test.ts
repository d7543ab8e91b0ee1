import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import {
  anActiveEnvironment,
  aPullRequest,
  aPullRequestEnvironment,
  aRunningActivity,
  aWaitingActivity,
  commit,
  endedOf,
  projectId,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { built, withBranch, withPullRequest } from '../../support/busy-world.ts';
import { aWorld, type World } from '../../support/world.ts';

const deleted = { type: 'branch.deleted' as const, branch: 'feature/x' };
const stop: Effect = { type: 'build.stop', project: projectId, environment: 'feature/x', build: 'running' };

/** `feature/x`, whose newest commit is being built. */
async function buildingWorld(): Promise<World> {
  const world = await aWorld({
    repository: withBranch('B'),
    environments: [theProductionEnvironment(), anActiveEnvironment()],
  });
  await world.process({ type: 'branch.pushed', branch: 'feature/x', commit: commit('B') });
  await world.work();
  expect(built(world)).toEqual(['deploy B of feature/x']);
  return world;
}
const buildOf = ({ builds }: World) => builds.map(({ activity }) => activity.id);

describe('a deployment that is being built', () => {
  it('is stopped when its branch is deleted, and the environment is deleted at once', async () => {
    const world = await buildingWorld();
    world.repository.deleteBranch('feature/x');

    await world.process(deleted);
    await world.work();

    expect([...world.stopped]).toEqual(buildOf(world));
    expect(queueOf((await world.environment('feature/x'))!)).toEqual(['push B, running', 'delete, waiting']);

    await world.endBuild(world.builds.shift()!);
    await world.work();

    expect(built(world)).toEqual(['teardown A of feature/x']);
    await world.settle();
    expect(await world.environment('feature/x')).toBeNull();
    expect(endedOf(await world.history())).toEqual(['push B: cancelled', 'delete: success']);
    expect(await world.history()).toContainEqual(
      expect.objectContaining({ because: 'stopped: feature/x is being deleted' }),
    );
  });

  it('is stopped when its pull request is merged', async () => {
    const repository = withPullRequest('B');
    const world = await aWorld({
      repository,
      environments: [theProductionEnvironment(), aPullRequestEnvironment()],
    });
    await world.process({
      type: 'pull_request.updated',
      pull_request: aPullRequest({ source: { commit: commit('B') } }),
    });
    await world.work();
    repository.end(1);

    await world.process({ type: 'pull_request.merged', number: 1 });
    await world.work();

    expect([...world.stopped]).toEqual(buildOf(world));
  });

  it('leaves no environment when its run is repeated before its end is reported', async () => {
    const repository = withPullRequest('B');
    const world = await aWorld({ repository, environments: [theProductionEnvironment()] });
    const pull_request = aPullRequest({ source: { commit: commit('B') } });
    await world.process({ type: 'pull_request.opened', pull_request });
    const run = world.effects[0]!;
    await world.work();
    repository.end(1);
    await world.process({ type: 'pull_request.merged', number: 1 });
    await world.work();
    world.hasEnded(world.builds.shift()!);

    await world.perform(run);
    await world.work();

    expect(built(world)).toEqual(['teardown B of pr-1']);
    await world.settle();
    expect(await world.environment('pr-1')).toBeNull();
    expect(endedOf(await world.history())).toEqual(['activate B with data: cancelled', 'delete: success']);
    expect(world.bitbucket.statuses.map(({ state }) => state)).toEqual(['in_progress', 'stopped']);
  });

  it('whose end was never reported is ended by the function that would stop it', async () => {
    const world = await buildingWorld();
    world.repository.deleteBranch('feature/x');
    world.hasEnded(world.builds.shift()!);

    await world.process(deleted);
    await world.settle();

    expect(await world.environment('feature/x')).toBeNull();
    expect(endedOf(await world.history())).toEqual(['push B: cancelled', 'delete: success']);
  });

  it('is deployed after all when the deletion that stopped it fails and the branch exists again', async () => {
    const world = await buildingWorld();
    world.repository.deleteBranch('feature/x');
    await world.process(deleted);
    await world.work();
    await world.endBuild(world.builds.shift()!);
    await world.work();
    await world.endBuild(world.builds.shift()!, { result: 'failure', because: 'no' });
    world.repository.push('feature/x', 'B');

    await world.process({ type: 'branch.pushed', branch: 'feature/x', commit: commit('B') });
    await world.settle();

    expect(await world.environment('feature/x')).toMatchObject({ deployment: { commit: commit('B') } });
  });

  it('is stopped when its project is deleted, without asking Bitbucket', async () => {
    const world = await buildingWorld();
    const building = buildOf(world);
    await world.deleteProject();
    world.bitbucket.calls.length = 0;

    await world.work();

    expect([...world.stopped]).toEqual(building);
    expect(world.bitbucket.calls).toEqual([]);
  });

  it('is shown on Bitbucket as stopped, not as in progress', async () => {
    const world = await buildingWorld();
    world.repository.deleteBranch('feature/x');
    await world.process(deleted);

    await world.settle();

    expect(world.bitbucket.statuses).toMatchObject([
      { commit: commit('B'), state: 'in_progress' },
      { commit: commit('B'), state: 'stopped', description: 'stopped: feature/x is being deleted' },
    ]);
  });

  it('has a failed first attempt torn down too', async () => {
    const fresh = anActiveEnvironment({ deployment: null, head_commit: null });
    const world = await aWorld({ repository: withBranch('B'), environments: [fresh] });
    await world.process({ type: 'branch.pushed', branch: 'feature/x', commit: commit('B') });
    await world.work();
    world.repository.deleteBranch('feature/x');
    await world.process(deleted);
    await world.work();

    await world.endBuild(world.builds.shift()!);
    await world.work();

    expect(built(world)).toEqual(['teardown B of feature/x']);
  });

  it('is stopped again by a repeated event, because the first message may be lost', async () => {
    const world = await buildingWorld();
    await world.process(deleted);
    world.effects.length = 0;

    await world.process(deleted, true);

    expect(world.effects).toContainEqual({ ...stop, build: buildOf(world)[0] });
  });

  it('is stopped by every prune until it has ended', async () => {
    const world = await buildingWorld();
    await world.process(deleted);
    world.effects.length = 0;

    await world.prune();

    expect(world.effects).toEqual([{ ...stop, build: buildOf(world)[0] }]);
  });

  it('may be stopped twice', async () => {
    const world = await buildingWorld();
    world.repository.deleteBranch('feature/x');
    await world.process(deleted);
    const effect = world.effects.shift()!;

    await world.perform(effect);
    await world.perform(effect);
    await world.endBuild(world.builds.shift()!);
    await world.perform(effect);
    await world.settle();

    expect(await world.environment('feature/x')).toBeNull();
  });
});

describe('a deployment that is being built continues', () => {
  it('when a newer commit is pushed, which waits', async () => {
    const world = await buildingWorld();
    world.repository.push('feature/x', 'C');

    await world.process({ type: 'branch.pushed', branch: 'feature/x', commit: commit('C') });
    await world.work();

    expect(world.stopped.size).toBe(0);
  });

  it.each([
    ['the branch feature/x exists', (_: World) => undefined],
    ['Bitbucket shows no branches at all', ({ repository }: World) => repository.heads.clear()],
  ])('when the deletion is not confirmed: %s', async (because, happens) => {
    const world = await buildingWorld();
    happens(world);

    await world.process(deleted);
    await world.work();

    expect(world.stopped.size).toBe(0);
    expect(world.lines).toContainEqual(
      expect.objectContaining({
        message: 'build not stopped',
        fields: expect.objectContaining({ because }),
      }),
    );
  });

  it("and becomes the branch's deployment when the deletion is cancelled later", async () => {
    const world = await buildingWorld();

    await world.process(deleted);
    await world.settle();

    expect(await world.environment('feature/x')).toMatchObject({
      deployment: { commit: commit('B') },
      activities: [],
    });
    expect(endedOf(await world.history())).toEqual(['push B: success', 'delete: cancelled']);
  });

  it.each([
    ['is unavailable', (world: World) => world.bitbucket.fail('listRefs')],
    [
      'has another repository with the name',
      (world: World) => {
        world.repository.deleteBranch('feature/x');
        world.repository.uuid = '{another}';
      },
    ],
  ])('when Bitbucket %s, with an error', async (_, happens) => {
    const world = await buildingWorld();
    happens(world);
    await world.process(deleted);

    await expect(world.work()).rejects.toThrow();

    expect(world.stopped.size).toBe(0);
  });

  it('when no deletion is pending', async () => {
    const world = await buildingWorld();
    world.repository.deleteBranch('feature/x');

    await world.perform({ ...stop, build: buildOf(world)[0]! });

    expect(world.stopped.size).toBe(0);
  });

  it('when the message is about another, finished activity', async () => {
    const world = await buildingWorld();
    world.repository.deleteBranch('feature/x');
    await world.process(deleted);

    await world.perform({ ...stop, build: 'an earlier one' });

    expect(world.stopped.size).toBe(0);
  });
});

describe('a build that has not started when its environment is to be deleted', () => {
  const activities = [
    aRunningActivity({ commit: commit('B') }),
    aWaitingActivity({ type: 'environment.delete' }),
  ];
  const waitingWorld = () => aWorld({ environments: [anActiveEnvironment({ activities })] });

  it('is checked again after a delay, because nothing else would stop it', async () => {
    const world = await waitingWorld();

    await world.perform(stop);

    expect(world.delayed).toEqual([stop]);
    expect(world.effects).toEqual([]);
  });

  it('is not checked again when it has a result', async () => {
    const world = await waitingWorld();
    const result = { result: 'success' as const, because: 'Deployed B', commit: commit('B'), routes: [] };
    world.ports.results.read = async () => result;

    await world.perform(stop);

    expect([...world.delayed, ...world.effects]).toEqual([]);
  });
});

describe('a teardown is never stopped', () => {
  it.each(['environment.deactivate', 'environment.delete'] as const)('that of %s', async (type) => {
    const activities = [aRunningActivity({ type }), aWaitingActivity({ type: 'environment.delete' })];
    const world = await aWorld({
      environments: [theProductionEnvironment(), anActiveEnvironment({ activities })],
    });

    await world.prune();
    await world.perform(stop);

    expect([...world.effects, ...world.delayed]).toEqual([]);
    expect(world.stopped.size).toBe(0);
  });
});

it('a stopped deployment is repeated when its deletion finds the branch again', async () => {
  const world = await buildingWorld();
  world.repository.deleteBranch('feature/x');
  await world.process(deleted);
  await world.work();
  // Restored at the same commit, without a delivery.
  world.repository.push('feature/x', 'B');

  await world.settle();

  expect(await world.environment('feature/x')).toMatchObject({
    deployment: { commit: commit('B') },
    activities: [],
  });
});
