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
} from '../support/builders.ts';
import { built, busyWorld, withBranch, withPullRequest } from '../support/busy-world.ts';
import { aRepository } from '../support/doubles.ts';
import { aWorld } from '../support/world.ts';

describe('an activity whose build has begun', () => {
  it('is not ended by what git says meanwhile: its branch was deleted', async () => {
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

  it('is not ended by what git says meanwhile: it was pushed back to what is deployed', async () => {
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

  it('is ended by what the build has left, when nobody told of its end', async () => {
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

describe('a repository that has the name of ours, and is another', () => {
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
  it('still says which branches there are, so that those which are not can go', async () => {
    const repository = aRepository({ 'feature/y': 'A' });
    const { world, run } = await busyWorld(anActiveEnvironment(), { type: 'environment.delete' }, repository);

    await run();

    expect(built(world)).toEqual(['teardown A of feature/x']);
  });
});

describe('an open pull request whose source branch is gone', () => {
  it('is looked for once, and not at every prune', async () => {
    const repository = withPullRequest('B');
    const told = repository.show(1);
    repository.deleteBranch('feature/x');
    // Bitbucket goes on telling the commit.
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
  it('is shown as failed, once it is given up, and never as being deployed', async () => {
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

describe('an environment that could not be taken down', () => {
  it('goes without its own script when a user asks for it', async () => {
    const stuck = anActiveEnvironment({ failed_deletions: 3 });
    const world = await aWorld({ environments: [stuck] });

    await world.act('feature/x', { type: 'delete' });
    await world.work();

    expect(world.builds).toMatchObject([{ action: 'teardown', commit: '0'.repeat(40) }]);
  });
});

describe('what has been under way for longer than a function may run', () => {
  const busy = anEnvironment({ activities: [aRunningActivity({ type: 'environment.deactivate' })] });

  it('is sent again when a user is refused because of it', async () => {
    const world = await aWorld({ environments: [busy] });
    await expect(world.act('feature/x', { type: 'activate' })).rejects.toMatchObject({ code: 'refused' });
    expect(world.effects).toEqual([]);

    world.clock.pass(21);
    await expect(world.act('feature/x', { type: 'activate' })).rejects.toMatchObject({ code: 'refused' });
    expect(world.effects).toMatchObject([{ type: 'environment.run', project: projectId }]);
  });

  it('is sent again by the schedule also while Bitbucket does not answer', async () => {
    const world = await aWorld({ environments: [busy] });
    world.clock.pass(21);
    world.bitbucket.fail('listRefs');

    await expect(world.prune()).rejects.toThrow('listRefs failed');

    expect(world.effects).toHaveLength(1);
  });
});
