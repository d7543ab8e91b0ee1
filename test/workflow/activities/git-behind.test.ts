import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { mayPass } from '../../../shared/errors.ts';
import { runOf } from '../../../shared/workflow/commit/commit-decision.ts';
import {
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  endedOf,
  queueOf,
} from '../../support/builders.ts';
import { built, withBranch, withPullRequest } from '../../support/busy-world.ts';
import { aRepository, type Repository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

/** An environment at commit A; Bitbucket has announced commit B. */
async function announced(
  repository: Repository,
  environment: Environment = anActiveEnvironment(),
  activity: Partial<Activity> = {},
) {
  const running = aRunningActivity({ type: 'environment.push', commit: commit('B'), ...activity });
  const busy = { ...environment, activities: [running] };
  const world = await aWorld({ environments: [busy], repository });
  return {
    world,
    run: (attempt: number) => world.perform(runOf(busy, running), attempt),
    environment: () => world.environment(environment.id),
  };
}

describe('an announced commit that git does not have yet', () => {
  it.each([
    ['of a branch', anActiveEnvironment(), withBranch('A')],
    ['of a branch that git does not list', anActiveEnvironment(), aRepository()],
    ['of a branch with a new environment', anEnvironment({ head_commit: null }), aRepository()],
    ['of a pull request', aPullRequestEnvironment(), withPullRequest('A')],
  ])('is waited for once, with a line in the log: %s', async (_, environment, repository) => {
    const { world, run } = await announced(repository, environment);

    const error = await run(1).then(
      () => expect.unreachable('it did not wait'),
      (reason: unknown) => reason,
    );

    expect(error).toMatchObject({
      code: 'git_host_behind',
      message: `Git does not show ${commit('B')} yet.`,
    });
    expect(mayPass(error)).toBe(true);
    expect(world.logOf('running').at(-1)).toBe('W: No changes found, scheduling a retry');
    expect(queueOf((await world.environment(environment.id))!)).toEqual(['push B, running']);
    expect(built(world)).toEqual([]);
  });

  it('is deployed at the second attempt when git has it', async () => {
    const { world, run } = await announced(withBranch('A'));
    await expect(run(1)).rejects.toMatchObject({ code: 'git_host_behind' });
    world.repository.push('feature/x', 'B');

    await run(2);

    expect(built(world)).toEqual(['deploy B of feature/x']);
  });

  it("is given up at the second attempt in favour of git's commit", async () => {
    const { world, run, environment } = await announced(withBranch('A'));

    await run(2);

    expect(built(world)).toEqual([]);
    expect(await environment()).toMatchObject({ activities: [], deployment: { commit: commit('A') } });
    expect(endedOf(await world.history())).toEqual(['push B: success']);
  });

  it('is given up at the second attempt also when the branch is missing', async () => {
    const { world, run } = await announced(aRepository());

    await run(2);

    expect(await world.history()).toMatchObject([
      { state: 'cancelled', because: 'there is no branch feature/x in the repository' },
    ]);
  });
});

describe('an activity does not wait', () => {
  it('when git has the commit, even when Bitbucket abbreviated it', async () => {
    const { world, run } = await announced(withBranch('B'), anActiveEnvironment(), {
      commit: commit('B').slice(0, 12),
    });

    await run(1);

    expect(built(world)).toEqual(['deploy B of feature/x']);
  });

  it('when git already has another new commit', async () => {
    const { world, run } = await announced(withBranch('C'));

    await run(1);

    expect(built(world)).toEqual(['deploy C of feature/x']);
  });

  it('when no commit was announced', async () => {
    const { world, run } = await announced(aRepository(), anActiveEnvironment(), { commit: null });

    await run(1);

    expect(endedOf(await world.history())).toEqual(['push: cancelled']);
  });

  it('when a user requested it, without an announcement', async () => {
    const { world, run } = await announced(withBranch('A'), anActiveEnvironment(), {
      type: 'environment.redeploy',
      requested: true,
    });

    await run(1);

    expect(built(world)).toEqual(['deploy A of feature/x']);
  });

  it('of a fork, whose pull request was just read', async () => {
    const repository = aRepository();
    repository.pushToFork('stranger/website', 'feature/x', 'A');
    repository.open('feature/x', 'main', 'A better header', 'stranger/website');
    const environment = aPullRequestEnvironment({ deployment: null, pull_request: aForkLink('A') });
    const { world, run } = await announced(repository, environment);

    await run(1);

    expect(built(world)).toEqual(['deploy A of pr-1']);
  });
});
