import { describe, expect, it } from 'vitest';
import { BoughError, type ErrorCode } from '../../../shared/errors.ts';
import { anEnvironment, theProductionEnvironment } from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

/** A world whose repository was checked by the API a moment ago. */
async function aCheckedWorld() {
  const repository = aRepository({ main: 'A', 'feature/x': 'A' });
  const environments = [theProductionEnvironment(), anEnvironment()];
  const world = await aWorld({ repository, environments });
  await world.prune(500);
  await world.settle();
  world.bitbucket.calls.splice(0);
  return {
    ...world,
    tick: () => world.prune(500),
    apiCalls: () => world.bitbucket.calls.filter((call) => call !== 'source' && !call.startsWith('listRefs')),
  };
}

const refusal = (code: ErrorCode) => new BoughError(code, 'Git refused the repository.');

describe('a scheduled prune whose listing git refuses', () => {
  it.each(['git_host_not_found', 'git_host_forbidden', 'git_host_rejected'] as const)(
    'with %s asks the API for the repository at once, and reports its reason',
    async (code) => {
      const world = await aCheckedWorld();
      world.bitbucket.fail('listRefs', refusal(code));
      const reason = new BoughError('git_host_not_found', 'The repository was deleted.');
      world.bitbucket.fail('repository', reason);

      await expect(world.tick()).rejects.toBe(reason);
      expect(world.apiCalls()).toEqual(['repository']);
      expect(world.events).toEqual([]);
    },
  );

  it('reports that the name belongs to another repository', async () => {
    const world = await aCheckedWorld();
    world.bitbucket.fail('listRefs', refusal('git_host_forbidden'));
    world.repository.uuid = '{another}';

    await expect(world.tick()).rejects.toMatchObject({ code: 'git_host_not_found' });
    expect(world.events).toEqual([]);
  });

  it.each([
    ['the API shows the repository', null],
    ['the account has no call left', new BoughError('git_host_rate_limited', 'Enough.')],
  ])('reports the refusal of git when %s', async (_, failure) => {
    const world = await aCheckedWorld();
    const refused = refusal('git_host_not_found');
    world.bitbucket.fail('listRefs', refused);
    world.bitbucket.fail('repository', failure);

    await expect(world.tick()).rejects.toBe(refused);
  });

  it('because git is unavailable makes no call to the API', async () => {
    const world = await aCheckedWorld();
    world.bitbucket.fail('listRefs', new BoughError('git_host_unavailable', 'Later.'));

    await expect(world.tick()).rejects.toMatchObject({ code: 'git_host_unavailable' });
    expect(world.apiCalls()).toEqual([]);
  });
});

describe('a scheduled prune whose listing git redirects', () => {
  it('asks for the name at once, and requests a full fetch that follows the rename', async () => {
    const world = await aCheckedWorld();
    Object.assign(world.repository, { isMoved: true, full_name: 'acme/renamed' });

    await world.tick();

    expect(world.apiCalls()).toEqual(['repository']);
    expect(world.events.map(({ event }) => event)).toEqual([
      { type: 'repository.changed', repository: 'acme/renamed' },
    ]);
  });
});
