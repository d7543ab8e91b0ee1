import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { BoughError } from '../../../shared/errors.ts';
import { previewPrune } from '../../../shared/workflow/integrations/preview-prune.ts';
import {
  anEnvironment,
  aPullRequestEnvironment,
  commit,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { withPullRequest } from '../../support/busy-world.ts';
import { aRepository, type Repository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

/** The longest time between two ticks: the interval, and the part of it over which prunes are spread. */
const longestTick = 15;

/** A world whose repository was checked by the API a moment ago. */
async function aCheckedWorld(
  repository: Repository,
  environments: Environment[],
  { peers = 200, ...setting }: { peers?: number } & Parameters<typeof aWorld>[0] = {},
) {
  const world = await aWorld({ repository, environments, ...setting });
  await world.prune(peers);
  await world.settle();
  const forget = () => void world.bitbucket.calls.splice(0);
  forget();
  return { ...world, forget, tick: () => world.prune(peers) };
}

const callsOf = ({ bitbucket }: Pick<World, 'bitbucket'>) =>
  bitbucket.calls.filter((call) => call !== 'source' && !call.startsWith('listRefs'));
const listings = ({ bitbucket }: Pick<World, 'bitbucket'>) =>
  bitbucket.calls.filter((call) => call.startsWith('listRefs'));

describe('a scheduled prune of a repository without changes', () => {
  const quiet = (setting: Parameters<typeof aCheckedWorld>[2]) =>
    aCheckedWorld(aRepository({ main: 'A' }), [theProductionEnvironment()], setting);

  it.each([100, 200, 500])(
    'makes one listing by git and no call to the API, with %d on the account',
    async (peers) => {
      const world = await quiet({ peers });

      await world.tick();

      expect(listings(world)).toHaveLength(1);
      expect(callsOf(world)).toEqual([]);
      expect(world.events).toEqual([]);
    },
  );

  it('on a server with any number of repositories lists pull requests once an hour', async () => {
    const world = await quiet({ peers: 2000, server: {} });
    for (let minutes = 0; minutes < 24 * 60; minutes += 10) {
      await world.tick();
      world.clock.pass(10);
    }

    const lists = callsOf(world).filter((call) => call === 'openPullRequests');
    expect(lists.length).toBeGreaterThanOrEqual(24);
    expect(lists.length).toBeLessThanOrEqual(29);
  });

  it('checks its identity and its webhook once a day', async () => {
    const world = await quiet({});
    for (let minutes = 0; minutes < 24 * 60; minutes += 10) {
      await world.tick();
      world.clock.pass(10);
    }

    for (const call of ['repository', 'ensureWebhook'])
      expect(callsOf(world).filter((one) => one === call)).toHaveLength(1);
  });

  it('asks no more often for a webhook that its token may not see', async () => {
    const world = await aWorld({
      repository: aRepository({ main: 'A' }),
      environments: [theProductionEnvironment()],
    });
    world.bitbucket.fail('ensureWebhook', new BoughError('git_host_forbidden', 'No.'));

    await world.prune(200);
    await world.prune(200);

    expect(callsOf(world).filter((call) => call === 'ensureWebhook')).toHaveLength(1);
  });
});

describe('a change whose delivery was lost', () => {
  const branchOnly = () =>
    aCheckedWorld(aRepository({ main: 'A', 'feature/x': 'A' }), [
      theProductionEnvironment(),
      anEnvironment(),
    ]);
  const withBuilt = (peers = 200) =>
    aCheckedWorld(
      withPullRequest('A'),
      [theProductionEnvironment(), anEnvironment(), aPullRequestEnvironment()],
      { peers },
    );

  it('of a branch is found at the next tick, which identifies the repository and repairs the webhook', async () => {
    const world = await branchOnly();
    world.clock.pass(45);
    world.repository.push('feature/x', 'B');

    await world.tick();

    expect(world.events.map(({ event }) => event.type)).toEqual(['branch.pushed']);
    expect(callsOf(world).toSorted()).toEqual(['ensureWebhook', 'openPullRequests', 'repository']);
  });

  it('of a branch that was deleted is believed only of the same repository', async () => {
    const world = await branchOnly();
    world.repository.deleteBranch('feature/x');
    world.repository.uuid = '{another}';

    await expect(world.tick()).rejects.toMatchObject({ code: 'git_host_not_found' });
    expect(world.events).toEqual([]);
  });

  it('of the source branch of a pull request is a reason to list pull requests at the next tick', async () => {
    const world = await withBuilt(2000);
    world.repository.push('feature/x', 'B');
    const branch = await world.environment('feature/x');
    await world.environments.save({ ...branch!, head_commit: commit('B'), version: branch!.version + 1 });

    await world.tick();

    expect(world.events.map(({ event }) => event.type)).toEqual(['pull_request.updated']);
  });

  it.each([
    ['opened', branchOnly, ({ open }: Repository) => open('feature/x'), 'pull_request.updated'],
    ['retitled', withBuilt, ({ edit }: Repository) => edit(1, { title: 'New' }), 'pull_request.updated'],
    [
      'retargeted',
      withBuilt,
      ({ edit }: Repository) => edit(1, { target: 'feature/x' }),
      'pull_request.updated',
    ],
    ['declined', withBuilt, ({ end }: Repository) => end(1), 'pull_request.deleted'],
  ])(
    'of a pull request that was %s is found within an hour with 200 repositories',
    async (_, start, change, type) => {
      const world = await start();
      change(world.repository);

      let minutes = 0;
      while (world.events.length === 0 && minutes <= 60) {
        world.clock.pass(longestTick);
        minutes += longestTick;
        await world.tick();
      }

      expect(world.events.map(({ event }) => event.type)).toEqual([type]);
      expect(minutes).toBeLessThanOrEqual(60);
    },
  );

  it('of a declined pull request is found within an hour with 2,000 repositories too', async () => {
    const world = await withBuilt(2000);
    world.repository.end(1);
    world.clock.pass(45);

    await world.tick();

    expect(world.events.map(({ event }) => event.type)).toEqual(['pull_request.deleted']);
  });

  it('of the opening in a quiet repository takes six hours with 500 repositories', async () => {
    const world = await aCheckedWorld(
      aRepository({ main: 'A', 'feature/x': 'A' }),
      [theProductionEnvironment(), anEnvironment()],
      { peers: 500 },
    );
    world.repository.open('feature/x');

    world.clock.pass(60);
    await world.tick();
    expect(world.events).toEqual([]);
    world.clock.pass(300);
    await world.tick();
    expect(world.events.map(({ event }) => event.type)).toEqual(['pull_request.updated']);
  });

  it('is built once when the schedule is repeated after a failure', async () => {
    const world = await branchOnly();
    const before = (await world.history()).length;
    world.repository.push('feature/x', 'B');

    await Promise.all([world.tick(), world.tick()]);
    await world.settle();

    expect(await world.history()).toHaveLength(before + 1);
    expect(await world.environment('feature/x')).toMatchObject({ head_commit: commit('B') });
  });

  it('that stays a difference is not a reason for checks at each tick', async () => {
    const environments = Array.from({ length: 30 }, (_, index) => anEnvironment({ id: `branch-${index}` }));
    const world = await aCheckedWorld(aRepository({ main: 'A' }), [
      theProductionEnvironment(),
      ...environments,
    ]);

    await world.tick();

    expect(callsOf(world)).toEqual(['repository']);
    expect(await world.integration()).toMatchObject({ held_back: { count: 30 } });
  });
});

describe('a check that the account has no calls for', () => {
  const limited = new BoughError('git_host_rate_limited', 'Enough.', { retryAfter: 60 });

  it('waits, and what git shows is done all the same', async () => {
    const world = await aCheckedWorld(aRepository({ main: 'A', 'feature/x': 'A' }), [
      theProductionEnvironment(),
      anEnvironment(),
    ]);
    world.clock.pass(60);
    world.repository.push('feature/x', 'B');
    world.bitbucket.fail('openPullRequests', limited);

    await world.tick();
    expect(world.events.map(({ event }) => event.type)).toEqual(['branch.pushed']);

    world.bitbucket.fail('openPullRequests', null);
    world.forget();
    await world.tick();
    expect(callsOf(world)).toContain('openPullRequests');
  });

  it('deletes nothing when the repository cannot be identified', async () => {
    const world = await aCheckedWorld(aRepository({ main: 'A', 'feature/x': 'A' }), [
      theProductionEnvironment(),
      anEnvironment(),
    ]);
    world.repository.deleteBranch('feature/x');
    world.bitbucket.fail('repository', limited);

    await expect(world.tick()).rejects.toMatchObject({ code: 'git_host_rate_limited' });
    expect(world.events).toEqual([]);
  });

  it('fails a prune that a user requests', async () => {
    const world = await aWorld({
      repository: aRepository({ main: 'A' }),
      environments: [theProductionEnvironment()],
    });
    world.bitbucket.fail('openPullRequests', limited);

    await expect(previewPrune(world.ports, await world.integration())).rejects.toMatchObject({
      code: 'git_host_rate_limited',
    });
  });
});
