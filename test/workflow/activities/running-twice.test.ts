import { describe, expect, it } from 'vitest';
import {
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  endedOf,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { built, busyWorld, withBranch, withPullRequest } from '../../support/busy-world.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

describe('an activity whose build has started', () => {
  it('is not ended by a change in git: its branch was deleted', async () => {
    const { world, run, environment } = await busyWorld(
      anActiveEnvironment(),
      { commit: commit('B') },
      withBranch('B'),
    );
    await run();
    world.repository.deleteBranch('feature/x');

    await run();

    expect(built(world)).toEqual(['deploy B of feature/x']);
    expect((await environment())?.activities).toHaveLength(1);
  });

  it('is not ended by a change in git: the deployed commit was pushed again', async () => {
    const { world, run, environment } = await busyWorld(
      anActiveEnvironment(),
      { commit: commit('B') },
      withBranch('B'),
    );
    await run();
    world.repository.push('feature/x', 'A');

    await run();

    expect(await world.history()).toEqual([]);
    expect((await environment())?.activities).toHaveLength(1);
  });

  it("is ended by the build's result when the end was not reported", async () => {
    const { world, run, environment } = await busyWorld(
      anActiveEnvironment(),
      { commit: commit('B') },
      withBranch('B'),
    );
    world.ports.results.read = async () => ({
      result: 'success',
      because: 'Deployed B',
      commit: commit('B'),
      routes: [],
    });

    await run();

    expect(built(world)).toEqual([]);
    expect(await environment()).toMatchObject({ activities: [], deployment: { commit: commit('B') } });
  });
});

describe("another repository with the integration's name", () => {
  const another = (branches: Record<string, string>) =>
    Object.assign(aRepository(branches), { uuid: '{another}' });

  it('is not deployed', async () => {
    const { world, run } = await busyWorld(
      anActiveEnvironment(),
      { commit: commit('B') },
      another({ main: 'Z', 'feature/x': 'Z' }),
    );

    await expect(run()).rejects.toMatchObject({ code: 'git_host_not_found' });
    expect(built(world)).toEqual([]);
    expect(world.mirror.heads()).toEqual({});
  });

  it.each([
    ['a branch', anActiveEnvironment()],
    ['a pull request', aPullRequestEnvironment()],
  ])('deletes no environment of %s', async (_, environment) => {
    const { world, run } = await busyWorld(
      environment,
      { type: 'environment.delete' },
      another({ main: 'Z' }),
    );
    world.clock.pass(60);

    await expect(run()).rejects.toMatchObject({ code: 'git_host_not_found' });
    expect(built(world)).toEqual([]);
  });
});

describe('a repository whose default branch is gone', () => {
  it('still shows which branches were deleted', async () => {
    const repository = aRepository({ 'feature/y': 'A' });
    const { world, run } = await busyWorld(anActiveEnvironment(), { type: 'environment.delete' }, repository);

    await run();

    expect(built(world)).toEqual(['teardown A of feature/x']);
  });
});

describe('an open pull request whose source branch was deleted', () => {
  it('is read once, and not at every prune', async () => {
    const repository = withPullRequest('B');
    const told = repository.show(1);
    repository.deleteBranch('feature/x');
    // Bitbucket keeps listing the commit.
    repository.show = () => told;
    const world = await aWorld({ repository, environments: [theProductionEnvironment()] });

    await world.prune();
    await world.settle();
    expect(endedOf(await world.history())).toContainEqual(expect.stringMatching(/^activate .*: cancelled$/));
    await world.prune();

    expect(world.events).toEqual([]);
  });
});

describe('a build that cannot be started', () => {
  it('is shown as failed once it is given up, and never as in progress', async () => {
    const { world, run } = await busyWorld(anActiveEnvironment(), { commit: commit('B') }, withBranch('B'));
    world.ports.builder.start = async () => {
      throw new Error('arn:aws:codebuild:eu-west-1:123456789012:project/bough has no capacity');
    };

    await expect(run()).rejects.toThrow('no capacity');

    expect(world.bitbucket.statuses).toEqual([]);
    const [activity] = (await world.environment('feature/x'))!.activities;
    await world.fail(
      { type: 'environment.run', project: projectId, environment: 'feature/x', activity: activity! },
      new Error('arn:aws:codebuild:eu-west-1:123456789012:project/bough has no capacity'),
    );
    await world.work();
    expect(world.bitbucket.statuses.map(({ state }) => state)).toEqual(['failed']);
    expect(world.bitbucket.statuses.at(-1)?.description).not.toContain('arn:');
  });
});

describe('an environment whose teardown failed', () => {
  it('is deleted without its teardown when a user deletes it', async () => {
    const stuck = anActiveEnvironment({ failed_deletions: 3 });
    const world = await aWorld({ environments: [stuck] });

    await world.act('feature/x', { type: 'delete' });
    await world.work();

    expect(world.builds).toMatchObject([{ action: 'teardown', commit: '0'.repeat(40) }]);
  });
});

describe('an activity that has been running longer than a function can', () => {
  const busy = anEnvironment({ activities: [aRunningActivity({ type: 'environment.deactivate' })] });

  it("is resent when it causes the refusal of a user's request", async () => {
    const world = await aWorld({ environments: [busy] });
    await expect(world.act('feature/x', { type: 'activate' })).rejects.toMatchObject({ code: 'refused' });
    expect(world.effects).toEqual([]);

    world.clock.pass(21);
    await expect(world.act('feature/x', { type: 'activate' })).rejects.toMatchObject({ code: 'refused' });
    expect(world.effects).toMatchObject([{ type: 'environment.run', project: projectId }]);
  });

  it('is resent by the schedule even while Bitbucket does not respond', async () => {
    const world = await aWorld({ environments: [busy] });
    world.clock.pass(21);
    world.bitbucket.fail('listRefs');

    await expect(world.prune()).rejects.toThrow('listRefs failed');

    expect(world.effects).toHaveLength(1);
  });
});
