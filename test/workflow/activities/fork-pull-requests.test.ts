import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import type { GitHost } from '../../../shared/ports/git-host.ts';
import {
  abbreviated,
  aForkLink,
  aPullRequestEnvironment,
  commit,
  endedOf,
  queueOf,
} from '../../support/builders.ts';
import { built, busyWorld } from '../../support/busy-world.ts';
import { aRepository } from '../../support/doubles.ts';

const push = { type: 'environment.push' as const, commit: commit('B') };
const fork = 'stranger/website';

/** A repository with pull request #1 from the branch `feature/x` of a fork, which is at the named commit. */
function withFork(name: string) {
  const repository = aRepository();
  repository.pushToFork(fork, 'feature/x', name);
  repository.open('feature/x', 'main', 'A better header', fork);
  return repository;
}

/** The active environment of that pull request; commit B is approved. */
const busyFork = (repository = withFork('B')) =>
  busyWorld(aPullRequestEnvironment({ pull_request: aForkLink('B') }), push, repository);

describe('the environment of a pull request from a fork', () => {
  it('is deployed from the fork, at the approved commit', async () => {
    const { world, run } = await busyFork();

    await run();

    expect(built(world)).toEqual(['deploy B of pr-1']);
    expect(world.mirror.heads()).toEqual({ 'refs/pull-requests/1/from': 'B' });
    expect(world.logOf('running')[0]).toBe('Reading refs/heads/feature/x from the fork stranger/website');
    expect(world.bitbucket.calls).toContain('source stranger/website');
  });

  it("has its status on the fork's commit and the pull request", async () => {
    const { world, run } = await busyFork();
    const place = { branch: 'feature/x', fork, pull_request: 1, environment: 'pr-1', commit: commit('B') };

    await run();
    await world.endBuild(world.builds[0]!);
    await world.work();

    expect(world.bitbucket.statuses).toMatchObject([
      { ...place, state: 'in_progress' },
      { ...place, state: 'successful' },
    ]);
  });

  it('has its pull request read before each deployment', async () => {
    const { world, run } = await busyFork();

    await run();

    expect(world.bitbucket.calls).toContain('pullRequest 1');
  });

  it('is not confused with a branch of the same name in the repository', async () => {
    const repository = withFork('B');
    repository.push('feature/x', 'C');
    const { world, run } = await busyFork(repository);

    await run();

    expect(built(world)).toEqual(['deploy B of pr-1']);
  });

  it('follows a fork that was renamed without a delivery', async () => {
    const repository = withFork('B');
    repository.renameFork(fork, 'stranger/homepage');
    const { world, run } = await busyFork(repository);

    await run();

    expect(built(world)).toEqual(['deploy B of pr-1']);
    expect(world.logOf('running')[0]).toContain('from the fork stranger/homepage');
  });

  it('is deleted when the pull request is no longer open', async () => {
    const repository = withFork('B');
    repository.end(1);
    const { world, run, environment } = await busyFork(repository);

    await run();

    expect(built(world)).toEqual([]);
    expect(queueOf((await environment())!)).toEqual(['delete, running']);
    expect(await world.history()).toMatchObject([{ because: 'pull request #1 is not open any more' }]);
  });
});

describe('a fork that does not have the branch', () => {
  it.each([
    [
      'as the branch was deleted',
      (repository: ReturnType<typeof aRepository>) => repository.forks.get(fork)?.clear(),
    ],
    [
      'as the fork was deleted',
      (repository: ReturnType<typeof aRepository>) => repository.forks.delete(fork),
    ],
  ])('keeps its environment while the pull request is open: %s', async (_, lose) => {
    const repository = withFork('B');
    // A branch with the same name, unrelated to the pull request.
    repository.push('feature/x', 'C');
    lose(repository);
    const { world, run, environment } = await busyFork(repository);

    await run();

    expect(await environment()).toMatchObject({ activities: [], deployment: { commit: commit('A') } });
    expect(endedOf(await world.history())).toEqual(['push B: cancelled']);
    expect(await world.history()).toMatchObject([
      {
        because:
          'there is no branch feature/x in stranger/website; pull request #1 keeps its environment while it is open',
      },
    ]);
    expect(built(world)).toEqual([]);
  });
});

describe('an inaccessible fork', () => {
  const closed = (from?: string) => {
    const repository = withFork('B');
    repository.closedForks.add(fork);
    if (from) repository.refs.set('refs/pull-requests/1/from', from);
    return repository;
  };

  it("is built from the target repository's ref, when the server has one at this commit", async () => {
    const { world, run } = await busyFork(closed('B'));

    await run();

    expect(built(world)).toEqual(['deploy B of pr-1']);
    expect(world.mirror.heads()).toEqual({ 'refs/pull-requests/1/from': 'B' });
  });

  it.each([
    ['has an older commit', 'A'],
    ['does not exist, as on Bitbucket Cloud', undefined],
  ])('is not built while that ref %s, and its status gives the reason', async (_, from) => {
    const { world, run, environment } = await busyFork(closed(from));

    await run();
    await world.work();

    expect(built(world)).toEqual([]);
    expect(await environment()).toMatchObject({ activities: [], deployment: { commit: commit('A') } });
    expect(endedOf(await world.history())).toEqual(['push B: failure']);
    expect(world.bitbucket.statuses).toMatchObject([
      {
        state: 'failed',
        commit: abbreviated('B'),
        url: 'https://api.example.org/status/pr-1?activity=running',
        description: expect.stringMatching(/^The fork cannot be read: .*stranger\/website.* permissions/),
      },
    ]);
  });

  it('is retried by the schedule, with pauses, and at once with the next push', async () => {
    const { world, run } = await busyFork(closed());
    await run();
    await world.work();

    await world.process({ type: 'pull_request.updated', pull_request: world.repository.show(1) });
    await world.work();
    expect((await world.history()).map(({ result }) => result)).toEqual(['failure', 'failure']);
    await world.process({ type: 'pull_request.updated', pull_request: world.repository.show(1) });
    expect(world.effects).toEqual([]);

    world.repository.pushToFork(fork, 'feature/x', 'C');
    await world.process({ type: 'pull_request.updated', pull_request: world.repository.show(1) });
    expect(world.effects).toMatchObject([{ activity: { commit: abbreviated('C') } }]);
  });

  it('leads to a deletion without a teardown, because nothing was deployed', async () => {
    const fresh = { deployment: null, head_commit: null, pull_request: aForkLink('B') };
    const { world, run, environment } = await busyWorld(aPullRequestEnvironment(fresh), push, closed());
    await run();
    world.repository.end(1);

    await world.process({ type: 'pull_request.declined', number: 1 });
    await world.work();

    expect(world.builds).toEqual([]);
    expect(await environment()).toBeNull();
  });

  it('differs from a temporarily unreachable fork, which is an error', async () => {
    const { world, run, environment } = await busyFork(closed('B'));
    const down = new BoughError('git_host_unavailable', 'Bitbucket is down.');
    const { host } = world.bitbucket;
    const source: GitHost['source'] = (name = null) => (name ? Promise.reject(down) : host.source());
    world.ports.connect = async () => ({ ...host, source });

    await expect(run()).rejects.toBe(down);

    expect(built(world)).toEqual([]);
    expect(queueOf((await environment())!)).toEqual(['push B, running']);
  });
});
