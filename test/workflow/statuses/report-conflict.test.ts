import { describe, expect, it } from 'vitest';
import { anEnvironment, commit, theProductionEnvironment } from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

/** A branch named `pr-1` with its environment, and pull request #1 from `feature/x`. */
async function aConflict() {
  const repository = aRepository({ main: 'A', 'pr-1': 'A', 'feature/x': 'B' });
  repository.open('feature/x');
  const environments = [theProductionEnvironment(), anEnvironment({ id: 'pr-1' })];
  const world = await aWorld({ repository, environments });
  const tell = () => world.process({ type: 'pull_request.updated', pull_request: world.repository.show(1) });
  return { world, tell };
}

const because = 'the branch pr-1 has the environment pr-1: rename the branch, and pull request #1 gets it';

describe('a pull request whose environment name belongs to a branch', () => {
  it('changes nothing, and gets a status with the remedy', async () => {
    const { world, tell } = await aConflict();

    expect(await tell()).toBe('ignore');
    await world.settle();

    expect(world.bitbucket.statuses).toEqual([
      {
        commit: commit('B'),
        branch: 'feature/x',
        fork: null,
        pull_request: 1,
        environment: 'pr-1',
        state: 'failed',
        url: 'https://bitbucket.example.org/acme/website/pr-1',
        description: `Not deployed: ${because}`,
      },
    ]);
    expect(await world.environment('pr-1')).toMatchObject({ pull_request: null, status: 'inactive' });
    expect(world.lines).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ because }) }),
    );
  });

  it("of a fork gets a status on the fork's commit", async () => {
    const { world, tell } = await aConflict();
    world.repository.pushToFork('stranger/website', 'fix', 'C');
    Object.assign(world.repository.pullRequests.get(1)!, { source: 'fix', fork: 'stranger/website' });

    await tell();
    await world.settle();

    expect(world.bitbucket.statuses).toMatchObject([{ commit: commit('C'), fork: 'stranger/website' }]);
  });

  it.each([
    ['the pull request has ended', (world: World) => world.repository.end(1)],
    ['the source has another commit', (world: World) => world.repository.push('feature/x', 'C')],
    ['its source branch was deleted', (world: World) => world.repository.deleteBranch('feature/x')],
    [
      'the branch was deleted',
      async (world: World) => {
        await world.environments.remove((await world.environment('pr-1'))!);
      },
    ],
  ])('gets no status when %s', async (_, change) => {
    const { world, tell } = await aConflict();
    const shown = world.repository.show(1);
    await tell();
    await change(world);
    world.bitbucket.host.pullRequest = async () =>
      world.repository.pullRequests.get(1)?.open
        ? { state: 'open', pull_request: shown }
        : { state: 'ended' };

    await world.work();

    expect(world.bitbucket.statuses).toEqual([]);
  });

  it('gets its environment once the branch is renamed', async () => {
    const { world, tell } = await aConflict();
    await tell();
    await world.settle();

    world.repository.deleteBranch('pr-1');
    for (let prunes = 0; prunes < 2; prunes++) {
      await world.prune();
      await world.settle();
    }

    expect(await world.environment('pr-1')).toMatchObject({
      pull_request: { number: 1 },
      deployment: { commit: commit('B') },
    });
    expect(world.bitbucket.statuses.at(-1)).toMatchObject({ environment: 'pr-1', state: 'successful' });
  });
});

type World = Awaited<ReturnType<typeof aWorld>>;
