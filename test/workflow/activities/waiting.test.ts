import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { IntegrationOptions } from '../../../shared/domain/integrations/integration.ts';
import { runOf } from '../../../shared/workflow/commit/commit-decision.ts';
import {
  aForkLink,
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  endedOf,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { built, withBranch, withPullRequest } from '../../support/busy-world.ts';
import { aRepository, type Repository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

const short = (name: string) => commit(name).slice(0, 7);

function withForkAt(name: string) {
  const repository = aRepository();
  repository.pushToFork('stranger/website', 'feature/x', name);
  repository.open('feature/x', 'main', 'A better header', 'stranger/website');
  return repository;
}

/** Runs a push to an environment whose source is at commit B. */
async function push(
  environment: Environment,
  repository: Repository,
  integration: Partial<IntegrationOptions> = {},
) {
  const activity = aRunningActivity({ type: 'environment.push', commit: commit('B') });
  const busy = { ...environment, activities: [activity] };
  const world = await aWorld({ environments: [busy], repository, integration });
  await world.perform(runOf(busy, activity));
  await world.work();
  return { world, environment: await world.environment(environment.id) };
}

const asleep = { status: 'inactive', resources: null, deployment: null, head_commit: null } as const;

describe('an unapproved commit from a fork', () => {
  const approval = `${short('B')} comes from a fork and waits for approval: bough environment:activate pr-1`;

  it('is stored for approval, and neither mirrored nor deployed', async () => {
    const fresh = aPullRequestEnvironment({ ...asleep, pull_request: aForkLink() });

    const { world, environment } = await push(fresh, withForkAt('B'));

    expect(built(world)).toEqual([]);
    expect(world.mirror.heads()).toEqual({});
    expect(environment).toMatchObject({ status: 'inactive', head_commit: commit('B'), deployment: null });
    expect(endedOf(await world.history())).toEqual(['push B: success']);
    expect(world.logOf('running').at(-1)).toBe(approval);
  });

  it('is reported as stopped at that commit, with the missing approval and the status page', async () => {
    const fresh = aPullRequestEnvironment({ ...asleep, pull_request: aForkLink() });

    const { world } = await push(fresh, withForkAt('B'));

    expect(world.bitbucket.statuses).toEqual([
      {
        commit: commit('B'),
        branch: 'feature/x',
        fork: 'stranger/website',
        pull_request: 1,
        environment: 'pr-1',
        state: 'stopped',
        url: 'https://api.example.org/status/pr-1?activity=running',
        description: approval,
      },
    ]);
  });

  it('keeps the approved deployment', async () => {
    const deployed = aPullRequestEnvironment({ pull_request: aForkLink('A') });

    const { world, environment } = await push(deployed, withForkAt('B'));

    expect(built(world)).toEqual([]);
    expect(environment).toMatchObject({
      status: 'active',
      head_commit: commit('B'),
      deployment: { commit: commit('A') },
    });
    expect(world.bitbucket.statuses).toMatchObject([{ state: 'stopped', commit: commit('B') }]);
  });

  it('waits also when git has another commit than the approved one', async () => {
    const approved = aPullRequestEnvironment({ pull_request: aForkLink('B') });

    const { world } = await push(approved, withForkAt('C'));

    expect(built(world)).toEqual([]);
    expect(world.bitbucket.statuses).toMatchObject([{ state: 'stopped', commit: commit('C') }]);
  });

  it('does not wait when all commits of forks are built', async () => {
    const fresh = aPullRequestEnvironment({ deployment: null, pull_request: aForkLink() });

    const { world } = await push(fresh, withForkAt('B'), { build_fork_pull_requests: 'always' });

    expect(built(world)).toEqual(['deploy B of pr-1']);
  });
});

describe('an environment that waits for its resources', () => {
  const manual = { environment_init_resources: 'manual' } as const;

  it.each([
    ['pull request', aPullRequestEnvironment(asleep), withPullRequest('B')],
    ['default branch', theProductionEnvironment({ ...asleep }), aRepository({ main: 'B' })],
  ])(
    'is fetched and reported as stopped, with the command that assigns resources: %s',
    async (_, fresh, repository) => {
      const { world, environment } = await push(fresh, repository, manual);
      const waits = `${fresh.id} waits for its resources: bough environment:activate ${fresh.id} --resources-init default`;

      expect(built(world)).toEqual([]);
      expect(environment).toMatchObject({ status: 'inactive', head_commit: commit('B') });
      expect(world.bitbucket.statuses).toMatchObject([
        {
          state: 'stopped',
          commit: commit('B'),
          fork: null,
          description: waits,
          url: `https://api.example.org/status/${fresh.id}?activity=running`,
        },
      ]);
    },
  );

  it.each([
    ['belongs to a branch, which starts inactive', anEnvironment(), withBranch('B')],
    [
      'was deactivated by a user',
      aPullRequestEnvironment({ status: 'inactive', deployment: null }),
      withPullRequest('B'),
    ],
  ])('is not one that %s', async (_, sleeping, repository) => {
    const { world, environment } = await push(sleeping, repository, manual);

    expect(environment).toMatchObject({ status: 'inactive', head_commit: commit('B') });
    expect(world.bitbucket.statuses).toEqual([]);
    expect(world.logOf('running').at(-1)).toBe(`${sleeping.id} is at ${short('B')}`);
  });

  it('is deployed as usual once it has resources', async () => {
    const { world } = await push(aPullRequestEnvironment(), withPullRequest('B'), manual);

    expect(built(world)).toEqual(['deploy B of pr-1']);
  });
});
