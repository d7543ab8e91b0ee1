import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { MirrorSize } from '../../../shared/domain/mirror/mirror-chain.ts';
import { fingerprintOfTags } from '../../../shared/domain/mirror/tags.ts';
import { runOf } from '../../../shared/workflow/commit/commit-decision.ts';
import { pruneIntegration } from '../../../shared/workflow/integrations/prune-integration.ts';
import {
  aLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  aWaitingActivity,
  commit,
  endedOf,
  integrationId,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { withClosedPullRequest, withPullRequest } from '../../support/busy-world.ts';
import { aRepository, type Repository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

const worldWith = (repository: Repository, ...environments: Environment[]) =>
  aWorld({ repository, environments });

describe('the scheduled prune', () => {
  it('deletes environments of deleted branches, ended pull requests and `environment:branch`', async () => {
    const repository = aRepository({ main: 'A' });
    repository.end(repository.open('feature/x'));
    const world = await worldWith(
      repository,
      theProductionEnvironment(),
      anEnvironment(),
      anActiveEnvironment({ id: 'made-here' }),
      aPullRequestEnvironment(),
    );

    await world.prune();
    await world.settle();

    expect((await world.environments.listOf(projectId)).map(({ id }) => id)).toEqual(['main']);
  });

  it('creates and updates environments for missed deliveries', async () => {
    const repository = aRepository({ main: 'B', 'feature/x': 'C' });
    repository.open('feature/x');
    const world = await worldWith(repository, theProductionEnvironment());

    await world.prune();
    await world.settle();

    expect(await world.environments.listOf(projectId)).toMatchObject([
      { id: 'feature/x', status: 'inactive', head_commit: commit('C') },
      { id: 'main', deployment: { commit: commit('B') } },
      { id: 'pr-1', parent: 'main', deployment: { commit: commit('C') } },
    ]);
  });

  it('gives its events their origin', async () => {
    const world = await worldWith(aRepository({ main: 'B' }), theProductionEnvironment());

    await world.prune();

    expect(world.events).toEqual([
      {
        project: projectId,
        integration: integrationId,
        event: { type: 'branch.pushed', branch: 'main', commit: commit('B') },
        origin: 'scheduled prune',
      },
    ]);
  });

  it('costs one listing of branches, one of pull requests and one read of the repository, and changes nothing without differences', async () => {
    const branches = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`branch-${index}`, 'A']));
    const known = Object.keys(branches).map((id) => anEnvironment({ id }));
    const world = await worldWith(
      aRepository({ main: 'A', ...branches }),
      theProductionEnvironment(),
      ...known,
    );

    await world.prune();

    expect(world.bitbucket.calls.toSorted()).toEqual([
      'ensureWebhook',
      'listRefs HEAD refs/heads/ refs/tags/',
      'openPullRequests',
      'repository',
      'source',
    ]);
    expect(world.events).toEqual([]);
    expect(world.effects).toEqual([]);
  });

  describe('of a repository with names that are invalid for environments', () => {
    const long = 'x'.repeat(1001);
    const odd = async () => {
      const repository = aRepository({ main: 'A', [long]: 'A' });
      repository.unreadable.add('refs/heads/caf\ufffd');
      repository.open('main', long);
      return worldWith(repository, theProductionEnvironment());
    };

    it('never creates environments for them', async () => {
      const world = await odd();

      for (let times = 0; times < 2; times++) {
        await world.prune();
        expect(world.events).toEqual([]);
      }
    });

    it('logs them in one line', async () => {
      const world = await odd();

      await world.prune();

      const warnings = world.lines.filter(({ level }) => level === 'warn');
      expect(warnings).toMatchObject([
        {
          message: 'names left out',
          fields: { because: expect.stringMatching(/caf\ufffd.*xxx.*pull request #1/) },
        },
      ]);
    });
  });

  describe('with a limit of pages of pull requests', () => {
    const limited = async (pull_requests_max_pages: number | null) => {
      const repository = withPullRequest('A');
      repository.open('feature/x', 'main', 'Another');
      const world = await aWorld({
        repository,
        environments: [
          theProductionEnvironment(),
          anEnvironment(),
          aPullRequestEnvironment(),
          aPullRequestEnvironment({ id: 'pr-3', pull_request: aLink({ number: 3 }) }),
        ],
        integration: { pull_requests_max_pages },
      });
      await world.prune();
      return world.events.map(({ event }) => event.type);
    };

    it('creates the environments of listed pull requests, and deletes none that may be on later pages', async () => {
      expect(await limited(1)).toEqual(['pull_request.updated']);
    });

    it('deletes the environments of unlisted pull requests when the list is complete', async () => {
      expect(await limited(2)).toEqual(['pull_request.updated', 'pull_request.deleted']);
      expect(await limited(null)).toEqual(['pull_request.updated', 'pull_request.deleted']);
    });
  });

  describe('while pull requests are not built', () => {
    const worldOf = (repository: Repository, ...environments: Environment[]) =>
      aWorld({ repository, environments, integration: { build_pull_requests: false } });

    it('does not list them when none has an environment', async () => {
      const world = await worldOf(withPullRequest('A'), theProductionEnvironment(), anEnvironment());

      await world.prune();

      expect(world.bitbucket.calls).not.toContain('openPullRequests');
      expect(world.events).toEqual([]);
    });

    it('deletes the environments of those that have ended', async () => {
      const world = await worldOf(
        withClosedPullRequest(),
        theProductionEnvironment(),
        aPullRequestEnvironment(),
      );

      await world.prune();
      await world.settle();

      expect((await world.environments.listOf(projectId)).map(({ id }) => id)).toEqual(['main']);
    });

    it('keeps the environments of open ones unchanged', async () => {
      const world = await worldOf(
        withPullRequest('B'),
        theProductionEnvironment(),
        anEnvironment({ head_commit: commit('B') }),
        aPullRequestEnvironment(),
      );

      await world.prune();

      expect(world.events).toEqual([]);
    });
  });

  describe('from a repository that was recreated under the old name', () => {
    const anew = () => {
      const repository = aRepository({ main: 'Z' });
      repository.uuid = '{another}';
      return repository;
    };

    it.each([
      ['a branch', anEnvironment()],
      ['a pull request', aPullRequestEnvironment()],
    ])('deletes nothing, and fails with a remedy: %s', async (_, environment) => {
      const world = await worldWith(anew(), theProductionEnvironment(), environment);

      await expect(world.prune()).rejects.toMatchObject({
        code: 'git_host_not_found',
        message: expect.stringContaining('acme/website is not the repository that was integrated'),
        remedy: expect.stringContaining('Remove the integration'),
      });

      expect(world.events).toEqual([]);
    });
  });

  it('queues a fetch under the new name when the repository was renamed without a delivery', async () => {
    const repository = aRepository({ main: 'A' });
    repository.full_name = 'acme/shop';
    const world = await worldWith(repository, theProductionEnvironment());

    await world.prune();
    await world.settle();

    expect(await world.integration()).toMatchObject({ repository: 'acme/shop' });
  });

  it('queues the adoption of environments of a former integration', async () => {
    const world = await aWorld({
      integration: { adopts: ['removed'] },
      repository: aRepository({ main: 'A', 'feature/x': 'A' }),
      environments: [
        theProductionEnvironment({ integration: 'removed' }),
        anEnvironment({ integration: 'removed' }),
      ],
    });

    await world.prune();
    await world.settle();

    expect(await world.environment('main')).toMatchObject({ integration: integrationId });
    expect(await world.environment('feature/x')).toMatchObject({ integration: integrationId });
  });

  describe('when the listing is empty', () => {
    it('deletes nothing', async () => {
      const world = await worldWith(aRepository({}), theProductionEnvironment(), anEnvironment());

      await world.prune();

      expect(world.events).toEqual([]);
    });
  });

  describe('when the default branch is not known yet', () => {
    it.each([
      [
        'queues a fetch once a branch exists',
        { main: 'A' },
        [{ type: 'repository.changed', repository: 'acme/website' }],
      ],
      ['waits as long as the repository is empty', {}, []],
      ['waits as long as the default branch does not exist', { trunk: 'A' }, []],
    ])('%s', async (_, branches, events) => {
      const world = await aWorld({ project: { default_branch: null }, repository: aRepository(branches) });

      await world.prune();

      expect(world.events.map(({ event }) => event)).toEqual(events);
    });
  });

  it.each(['source', 'listRefs', 'openPullRequests'] as const)(
    'concludes nothing when %s fails: nothing is deleted, created or restarted',
    async (call) => {
      const world = await worldWith(aRepository({ main: 'B' }), theProductionEnvironment(), anEnvironment());
      world.bitbucket.fail(call);

      await expect(world.prune()).rejects.toThrow(`${call} failed`);

      expect(world.events).toEqual([]);
      expect(world.effects).toEqual([]);
      expect(world.bitbucket.hooks).toEqual([]);
    },
  );

  it('does nothing for a removed project', async () => {
    const world = await aWorld();

    await pruneIntegration(world.ports, 'removed', integrationId);

    expect(world.bitbucket.calls).toEqual([]);
  });

  it('does nothing for a removed integration', async () => {
    const world = await worldWith(aRepository({ main: 'B' }), theProductionEnvironment(), anEnvironment());
    await world.integrations.remove(await world.integration());

    await world.prune();

    expect(world.bitbucket.calls).toEqual([]);
    expect(world.events).toEqual([]);
  });

  it('changes nothing when its message arrives twice', async () => {
    const world = await worldWith(aRepository({ main: 'B' }), theProductionEnvironment(), anEnvironment());

    await world.prune();
    await world.prune();
    await world.settle();

    expect(await world.environments.listOf(projectId)).toMatchObject([
      { id: 'main', deployment: { commit: commit('B') } },
    ]);
    expect(endedOf(await world.history())).toEqual(['push B: success', 'delete: success']);
  });
});

describe('an activity whose message was lost', () => {
  const push = aRunningActivity({ commit: commit('B') });

  it('is sent again when it has been running for twenty minutes', async () => {
    const environment = anActiveEnvironment({ activities: [push, aWaitingActivity()] });
    const world = await worldWith(aRepository({ main: 'A', 'feature/x': 'A' }), environment);
    world.clock.pass(20);

    await world.prune();

    expect(world.effects).toEqual([{ ...runOf(environment, push), again: true }]);
  });

  it('is not resent earlier', async () => {
    const environment = anActiveEnvironment({ activities: [push] });
    const world = await worldWith(aRepository({ main: 'A', 'feature/x': 'A' }), environment);
    world.clock.pass(19);

    await world.prune();

    expect(world.effects).toEqual([]);
  });

  it("is found among the integration's activities too", async () => {
    const fetch = aRunningActivity({ type: 'integration.bitbucket.fetch' });
    const world = await aWorld({ integration: { activities: [fetch] } });
    world.clock.pass(20);

    await world.prune();

    expect(world.effects).toEqual([
      {
        type: 'integration.run',
        project: projectId,
        integration: integrationId,
        activity: fetch,
        again: true,
      },
    ]);
  });
});

describe('the webhook', () => {
  it('is repaired', async () => {
    const world = await aWorld();

    await world.prune();

    expect(world.bitbucket.hooks).toEqual([
      {
        url: `https://api.example.org/${integrationId}/hook`,
        secret: 'webhook-secret',
        state: { active: true, missing_events: [], has_secret: true },
      },
    ]);
  });

  it('logs a failed check, and the prune succeeds', async () => {
    const world = await worldWith(aRepository({ main: 'B' }), theProductionEnvironment());
    world.bitbucket.fail('ensureWebhook');

    await world.prune();

    expect(world.events).toHaveLength(1);
    expect(world.lines).toMatchObject([
      { level: 'warn', message: 'the webhook could not be checked' },
      { level: 'info', message: 'pruned', fields: { events: 1, webhook: 'unknown' } },
    ]);
  });
});

describe('the mirror', () => {
  const compaction = { type: 'mirror.compact', project: projectId, integration: integrationId };
  const noTags = fingerprintOfTags(new Map());
  const sized = async (size: Partial<MirrorSize> | null) => {
    const world = await aWorld({
      repository: aRepository({ main: 'A' }),
      environments: [theProductionEnvironment()],
    });
    const small = {
      full_bytes: 1000,
      added_bundles: 3,
      added_bytes: 300,
      swept_at: world.clock.now(),
      tags: noTags,
    };
    world.ports.mirrors.size = async () => size && { ...small, ...size };
    return world;
  };

  it.each([
    ['its chain is long', { added_bundles: 40 }],
    ['its chain is wasteful', { added_bytes: 1e9 }],
    ['it was not swept for a day', { swept_at: '2026-11-21T09:00:00.000Z' }],
  ])('is compacted when %s', async (_, size) => {
    const world = await sized(size);

    await world.prune();

    expect(world.effects).toEqual([compaction]);
  });

  it.each([
    ['there is no mirror', null],
    ['nothing is due', {}],
    [
      'the mirror predates its maintenance',
      { full_bytes: 0, added_bundles: 0, added_bytes: 0, swept_at: null },
    ],
  ])('is not maintained when %s', async (_, size) => {
    const world = await sized(size);

    await world.prune();

    expect(world.effects).toEqual([]);
  });

  it('logs a failed check, and the prune succeeds', async () => {
    const world = await sized({});
    world.ports.mirrors.size = () => Promise.reject(new Error('throttled'));

    await world.prune();

    expect(world.lines).toMatchObject([
      { level: 'warn', message: 'the mirror could not be checked' },
      { level: 'info', message: 'pruned' },
    ]);
  });
});
