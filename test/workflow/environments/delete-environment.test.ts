import { describe, expect, it } from 'vitest';
import {
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  commit,
  endedOf,
  queueOf,
} from '../../support/builders.ts';
import {
  built,
  busyWorld,
  withBranch,
  withClosedPullRequest,
  withPullRequest,
} from '../../support/busy-world.ts';
import { aRepository } from '../../support/doubles.ts';

const push = { type: 'environment.push' as const, commit: commit('B') };
const deletion = { type: 'environment.delete' as const };

describe('deleting an environment', () => {
  it('removes an inactive environment and its ref in the mirror', async () => {
    const { world, run, environment } = await busyWorld(anEnvironment(), push, withBranch('B'));
    await run();
    world.repository.deleteBranch('feature/x');
    await world.process({ type: 'branch.deleted', branch: 'feature/x' });

    await world.work();

    expect(await environment()).toBeNull();
    expect(world.mirror.heads()).toEqual({});
    expect(built(world)).toEqual([]);
    expect(endedOf(await world.history())).toEqual(['delete: success', 'push B: success']);
  });

  it.each([
    ['a branch', anActiveEnvironment(), aRepository()],
    ['a pull request', aPullRequestEnvironment(), withClosedPullRequest()],
  ])('first tears down an active environment: %s', async (_, active, repository) => {
    const { world, run, environment } = await busyWorld(active, deletion, repository);

    await run();

    expect(built(world)).toEqual([`teardown A of ${active.id}`]);
    expect(queueOf((await environment())!)).toEqual(['delete, running']);

    await world.endBuild(world.builds[0]!);

    expect(await environment()).toBeNull();
  });

  it('tears down the deployed commit, not the announced one', async () => {
    const environment = anActiveEnvironment({ head_commit: commit('B') });
    const { world, run } = await busyWorld(environment, deletion);

    await run();

    expect(built(world)).toEqual(['teardown A of feature/x']);
  });

  it('tears down after a failed first deployment', async () => {
    const environment = aPullRequestEnvironment({ deployment: null, head_commit: commit('B') });
    const { world, run } = await busyWorld(environment, deletion, withClosedPullRequest());

    await run();

    expect(built(world)).toEqual(['teardown B of pr-1']);
  });

  it('runs only approved code of a fork for the teardown', async () => {
    const environment = aPullRequestEnvironment({
      deployment: null,
      head_commit: commit('B'),
      pull_request: aForkLink(),
    });
    const { world, run } = await busyWorld(environment, deletion, withClosedPullRequest());

    await run();

    expect(world.builds).toMatchObject([{ action: 'teardown', commit: '0'.repeat(40) }]);
  });

  it("gives its scripts the URI of the parent's data", async () => {
    const { world, run } = await busyWorld(anActiveEnvironment({ parent: 'release' }), deletion);

    await run();

    expect(world.builds).toMatchObject([{ action: 'teardown', data_from: 'release' }]);
  });

  it('removes at once an activated environment that never had a commit', async () => {
    const fresh = aPullRequestEnvironment({ deployment: null, head_commit: null });
    const { world, run, environment } = await busyWorld(fresh, deletion, withClosedPullRequest());

    await run();

    expect(built(world)).toEqual([]);
    expect(await environment()).toBeNull();
  });

  describe('is cancelled', () => {
    it.each([
      ['when the branch exists', anEnvironment(), withBranch('A'), 'the branch feature/x exists'],
      [
        'when the branch may have an unreadable name',
        anEnvironment({ id: 'caf\ufffd' }),
        Object.assign(aRepository(), { unreadable: new Set(['refs/heads/caf\ufffd']) }),
        'the branch caf\ufffd exists',
      ],
      [
        'when git lists no branches, as a broken server does',
        anEnvironment(),
        aRepository({}),
        'Bitbucket shows no branches at all',
      ],
      [
        'when the pull request is open',
        aPullRequestEnvironment(),
        withPullRequest('A'),
        'pull request #1 is open',
      ],
      [
        'when the pull request is open, although its source branch was deleted',
        aPullRequestEnvironment(),
        openWithoutBranch(),
        'pull request #1 is open',
      ],
    ])('%s', async (_, kept, repository, because) => {
      const { world, run, environment } = await busyWorld(kept, deletion, repository);

      await run();

      expect(await environment()).toMatchObject({
        status: kept.status,
        head_commit: commit('A'),
        activities: [],
      });
      expect(await world.history()).toMatchObject([
        { type: 'environment.delete', state: 'cancelled', because },
      ]);
      expect(built(world)).toEqual([]);
    });

    it.each([
      ['branch', anActiveEnvironment(), withBranch('B')],
      ['pull request', aPullRequestEnvironment(), withPullRequest('B')],
    ])('and the %s is updated to its current commit', async (_, kept, repository) => {
      const { world, run, environment } = await busyWorld(kept, deletion, repository);

      await run();
      await world.settle();

      expect(await environment()).toMatchObject({ deployment: { commit: commit('B') }, activities: [] });
    });

    it.each([
      ['git', 'listRefs' as const, anEnvironment()],
      ['Bitbucket', 'pullRequest' as const, aPullRequestEnvironment()],
    ])('when %s fails, with an error', async (_, call, kept) => {
      const { world, run, environment } = await busyWorld(kept, deletion, withClosedPullRequest());
      world.bitbucket.fail(call);

      await expect(run()).rejects.toThrow(`${call} failed`);

      expect(queueOf((await environment())!)).toEqual(['delete, running']);
      expect(world.mirror.commitCount()).toBe(0);
    });
  });
});

function openWithoutBranch() {
  const repository = withPullRequest('A');
  repository.deleteBranch('feature/x');
  return repository;
}
