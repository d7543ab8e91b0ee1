import { describe, expect, it } from 'vitest';
import {
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aWaitingActivity,
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
import { aWorld } from '../../support/world.ts';

const push = { type: 'environment.push' as const, commit: commit('B') };
const activation = { type: 'environment.activate' as const, commit: commit('A'), clone_data: true };
const deletion = { type: 'environment.delete' as const };

describe('a build that runs', () => {
  it('is not ended by a result that its script wrote', async () => {
    const { world, run, environment } = await busyWorld(anActiveEnvironment(), push, withBranch('B'));
    await run();
    const [build] = world.builds;
    world.results.set('running', { result: 'success', because: 'I say so', commit: commit('B'), routes: [] });

    await run();

    expect(queueOf((await environment())!)).toEqual(['push B, running']);
    expect(world.builds).toEqual([build]);
  });
});

describe('bringing an inactive environment up to date', () => {
  it('mirrors the ref, and deploys nothing', async () => {
    const { world, run, environment } = await busyWorld(anEnvironment(), push, withBranch('B'));

    await run();

    expect(world.mirror.heads()).toEqual({ 'refs/heads/feature/x': 'B' });
    expect(await environment()).toMatchObject({
      head_commit: commit('B'),
      activities: [],
      status: 'inactive',
    });
    expect(built(world)).toEqual([]);
    expect(world.bitbucket.statuses).toEqual([]);
    expect(endedOf(await world.history())).toEqual(['push B: success']);
  });

  it("uses git's commit, not the announced one", async () => {
    const { world, run, environment } = await busyWorld(anEnvironment(), push, withBranch('C'));

    await run();

    expect(world.mirror.heads()).toEqual({ 'refs/heads/feature/x': 'C' });
    expect(await environment()).toMatchObject({ head_commit: commit('C') });
  });

  it('logs its steps', async () => {
    const { world, run } = await busyWorld(anEnvironment(), push, withBranch('B'));

    await run();

    expect(world.logOf('running')).toEqual([
      'Reading refs/heads/feature/x from Bitbucket',
      '  Total 3 (delta 0)',
      `The mirror has ${commit('B').slice(0, 7)}`,
      `feature/x is at ${commit('B').slice(0, 7)}`,
    ]);
  });

  it('keeps its log in the record of the ended activity, without a write of its own', async () => {
    const { world, run } = await busyWorld(anEnvironment(), push, withBranch('B'));

    await run();

    const [ended] = await world.history();
    expect(ended?.log?.map(({ text }) => text)).toEqual(world.logOf('running'));
    expect(world.storedLogs).toEqual([]);
  });

  it('starts the pending activity', async () => {
    const waiting = aWaitingActivity(deletion);
    const { world, run, environment } = await busyWorld(
      anEnvironment({ activities: [waiting] }),
      push,
      withBranch('B'),
    );

    await run();

    expect(queueOf((await environment())!)).toEqual(['delete, running']);
    expect(world.effects).toMatchObject([{ type: 'environment.run', activity: { id: 'waiting' } }]);
  });
});

describe('deploying an active environment', () => {
  it("mirrors git's commit, sends a status, and starts the build", async () => {
    const { world, run, environment } = await busyWorld(anActiveEnvironment(), push, withBranch('C'));

    await run();

    expect(world.builds).toMatchObject([
      {
        action: 'deploy',
        commit: commit('C'),
        environment: { id: 'feature/x' },
        activity: { id: 'running', clone_data: false },
        bundles: world.mirror.bundles().map(({ key }) => key),
      },
    ]);
    expect(world.bitbucket.statuses).toEqual([
      {
        commit: commit('C'),
        branch: 'feature/x',
        fork: null,
        pull_request: null,
        environment: 'feature/x',
        state: 'in_progress',
        url: 'https://api.example.org/status/feature/x?activity=running',
        description: 'feature/x is being deployed',
      },
    ]);
    expect(queueOf((await environment())!)).toEqual(['push B, running']);
    expect(world.bitbucket.calls.filter((call) => /listRefs|fetchBundle|reportStatus/.test(call))).toEqual([
      'listRefs refs/heads/feature/x',
      'fetchBundle C',
      'reportStatus in_progress',
    ]);
  });

  it('stores the log before the build, which continues it', async () => {
    const { world, run } = await busyWorld(anActiveEnvironment(), push, withBranch('C'));
    const { start: begin } = world.ports.builder;
    let storedBefore: string[] = [];
    world.ports.builder.start = (build) => {
      storedBefore = [...world.storedLogs];
      return begin(build);
    };

    await run();

    expect(storedBefore).toEqual(['running']);
  });

  it('builds nothing when the commit is deployed, and logs that', async () => {
    const { world, run, environment } = await busyWorld(anActiveEnvironment(), push, withBranch('A'));

    await run();

    expect(built(world)).toEqual([]);
    expect(await environment()).toMatchObject({ activities: [], head_commit: commit('A') });
    expect(world.logOf('running').at(-1)).toBe(`${commit('A').slice(0, 7)} is deployed already`);
    expect(world.effects).toMatchObject([{ type: 'status.report', report: { state: 'successful' } }]);
  });

  it('builds a deployed commit when data has to be copied', async () => {
    const { world, run } = await busyWorld(
      anActiveEnvironment(),
      { ...push, clone_data: true },
      withBranch('A'),
    );

    await run();

    expect(world.builds).toMatchObject([{ commit: commit('A'), activity: { clone_data: true } }]);
  });

  it('deploys when the status cannot be sent', async () => {
    const { world, run } = await busyWorld(anActiveEnvironment(), push, withBranch('B'));
    world.bitbucket.fail('reportStatus');

    await run();

    expect(built(world)).toEqual(['deploy B of feature/x']);
    expect(world.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'status not reported' }),
    );
  });

  it('deploys when the link to its status page cannot be created', async () => {
    const { world, run } = await busyWorld(anActiveEnvironment(), push, withBranch('B'));
    world.ports.statusPageUrl = () => Promise.reject(new Error('KMS is down'));

    await run();

    expect(built(world)).toEqual(['deploy B of feature/x']);
    expect(world.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'status not reported' }),
    );
  });

  it('repeats nothing: a second run finds the commit mirrored and the build started', async () => {
    const { world, run } = await busyWorld(anActiveEnvironment(), push, withBranch('B'));

    await run();
    await run();

    expect(built(world)).toEqual(['deploy B of feature/x']);
    expect(world.mirror.bundles()).toHaveLength(1);
  });
});

describe('activating the environment of a pull request', () => {
  const fresh = aPullRequestEnvironment({ deployment: null, head_commit: null });

  it("deploys the source branch, with the parent's data, and mirrors it under its own ref", async () => {
    const { world, run } = await busyWorld(fresh, activation, withPullRequest('B'));

    await run();

    expect(world.builds).toMatchObject([
      { action: 'deploy', commit: commit('B'), activity: { clone_data: true } },
    ]);
    expect(world.mirror.heads()).toEqual({ 'refs/pull-requests/1/from': 'B' });
    expect(world.bitbucket.statuses).toMatchObject([{ branch: 'feature/x', environment: 'pr-1' }]);
  });

  it('copies the data also when the first attempt failed and a push is the second', async () => {
    const { world, run } = await busyWorld(fresh, activation, withPullRequest('A'));
    await run();
    await world.endBuild(world.builds.shift()!, { result: 'failure' });
    world.repository.push('feature/x', 'B');

    await world.process({ type: 'pull_request.updated', pull_request: world.repository.show(1) });
    await world.work();

    expect(world.builds).toMatchObject([{ commit: commit('B'), activity: { clone_data: true } }]);
  });

  it('copies none when pull-requests-clone-parent-data is off', async () => {
    const world = await aWorld({
      repository: withPullRequest('A'),
      integration: { pull_requests_clone_parent_data: false },
    });

    await world.process({ type: 'pull_request.opened', pull_request: world.repository.show(1) });
    await world.work();

    expect(world.builds).toMatchObject([{ commit: commit('A'), activity: { clone_data: false } }]);
  });

  it('builds nothing when the pull request is no longer open, and the environment is deleted', async () => {
    const repository = withPullRequest('A');
    repository.end(1);
    const { world, run, environment } = await busyWorld(fresh, activation, repository);

    await run();

    expect(built(world)).toEqual([]);
    expect(queueOf((await environment())!)).toEqual(['delete, running']);
    expect(endedOf(await world.history())).toEqual(['activate A with data: cancelled']);
  });
});

describe('when git does not have the source branch', () => {
  it('keeps the environment of a branch unchanged, because only its deletion removes it', async () => {
    const { world, run, environment } = await busyWorld(anActiveEnvironment(), push);

    await run();

    expect(await environment()).toMatchObject({
      ...anActiveEnvironment(),
      version: 3,
      updated_at: expect.anything(),
      last_activity: { state: 'cancelled' },
    });
    expect(await world.history()).toMatchObject([
      { state: 'cancelled', because: 'there is no branch feature/x in the repository' },
    ]);
    expect(world.mirror.commitCount()).toBe(0);
  });

  it('deletes the environment of a branch that never had a commit', async () => {
    const { run, environment } = await busyWorld(anEnvironment({ head_commit: null }), push);

    await run();

    expect(queueOf((await environment())!)).toEqual(['delete, running']);
  });

  it('keeps the environment of a pull request that is open', async () => {
    const repository = withPullRequest('A');
    repository.deleteBranch('feature/x');
    const { world, run, environment } = await busyWorld(aPullRequestEnvironment(), push, repository);

    await run();

    expect(await environment()).toMatchObject({ activities: [], deployment: { commit: commit('A') } });
    expect(await world.history()).toMatchObject([
      { because: expect.stringMatching(/there is no branch feature\/x .* #1 keeps its environment/) },
    ]);
  });

  it('deletes the environment of a pull request that is not open', async () => {
    const { run, environment } = await busyWorld(aPullRequestEnvironment(), push, withClosedPullRequest());

    await run();

    expect(queueOf((await environment())!)).toEqual(['delete, running']);
  });
});
