import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../../shared/domain/deliveries/source-event.ts';
import { actOnEnvironment } from '../../../shared/workflow/environments/act-on-environment.ts';
import {
  anActiveEnvironment,
  aPullRequestEnvironment,
  commit,
  nameOf,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { aRepository, type Repository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const branches = { main: 'A', 'feature/x': 'B' };

async function fetched(repository: Repository): Promise<World> {
  const world = await aWorld({ repository });
  await world.process({ type: 'repository.changed' });
  await world.settle();
  return world;
}

async function told(world: World, ...events: SourceEvent[]): Promise<void> {
  for (const event of events) await world.process(event);
  await world.settle();
}

async function pruned(world: World): Promise<void> {
  await world.prune();
  await world.settle();
}

const updated = ({ repository }: World, number: number): SourceEvent => ({
  type: 'pull_request.updated',
  pull_request: repository.show(number),
});
const merged: SourceEvent = { type: 'pull_request.merged', number: 1 };

/** Whether the environment is a pull request's, its commit, and the deployed commit. */
async function shown(world: World, id: string): Promise<unknown[]> {
  const environment = await world.environment(id);
  if (!environment) return [];
  const { pull_request, head_commit, deployment } = environment;
  return [pull_request !== null, nameOf(head_commit), nameOf(deployment?.commit)];
}

describe("a branch with the name of a pull request's environment", () => {
  it('waits until the name is free, and gets its environment with the next prune', async () => {
    const repository = aRepository(branches);
    repository.open('feature/x');
    const world = await fetched(repository);
    repository.push('pr-1', 'C');

    await told(
      world,
      { type: 'branch.pushed', branch: 'pr-1', commit: commit('C') },
      { type: 'branch.deleted', branch: 'pr-1' },
    );
    expect(await shown(world, 'pr-1')).toEqual([true, 'B', 'B']);

    repository.end(1);
    await told(world, merged);
    await pruned(world);
    expect(await shown(world, 'pr-1')).toEqual([false, 'C', null]);
  });

  it('keeps the name when it was first, until the branch is deleted', async () => {
    const repository = aRepository({ ...branches, 'pr-1': 'C' });
    const world = await fetched(repository);
    repository.open('feature/x');

    await told(world, updated(world, 1), merged);
    expect(await shown(world, 'pr-1')).toEqual([false, 'C', null]);

    repository.deleteBranch('pr-1');
    await told(world, { type: 'branch.deleted', branch: 'pr-1' });
    await pruned(world);
    expect(await shown(world, 'pr-1')).toEqual([true, 'B', 'B']);
  });
});

describe('a pull request whose source is a tag', () => {
  it("is deployed at the tag's commit", async () => {
    const repository = aRepository({ main: 'A' });
    repository.refs.set('refs/tags/v1', 'T');
    repository.open('refs/tags/v1');

    const world = await fetched(repository);

    expect(await shown(world, 'pr-1')).toEqual([true, 'T', 'T']);
  });
});

describe('two pull requests at one commit', () => {
  it('each have their own environment, link and status', async () => {
    const repository = aRepository({ ...branches, release: 'C' });
    repository.open('feature/x', 'main');
    repository.open('feature/x', 'release');

    const { bitbucket } = await fetched(repository);

    const ready = bitbucket.statuses.filter(({ state }) => state === 'successful');
    expect(ready.filter(({ commit: id }) => id === commit('B'))).toMatchObject([
      { environment: 'pr-1', pull_request: 1, url: 'https://sites.example.org/pr-1/' },
      { environment: 'pr-2', pull_request: 2, url: 'https://sites.example.org/pr-2/' },
    ]);
  });
});

describe('an environment that a user deactivated', () => {
  it('is mirrored and stays inactive after a push', async () => {
    const repository = aRepository(branches);
    repository.open('feature/x');
    const world = await fetched(repository);
    await actOnEnvironment(world.ports, projectId, 'pr-1', { type: 'deactivate' });
    await world.settle();

    repository.push('feature/x', 'C');
    await told(world, updated(world, 1));

    expect(await shown(world, 'pr-1')).toEqual([true, 'C', null]);
  });
});

describe("environments that a user and a pull request made each other's parents", () => {
  const sandbox = anActiveEnvironment({ id: 'sandbox', parent: 'pr-1' });
  const circle = () => {
    const repository = aRepository(branches);
    repository.open('feature/x', 'sandbox');
    repository.end(1);
    return aWorld({
      repository,
      environments: [theProductionEnvironment(), sandbox, aPullRequestEnvironment({ parent: 'sandbox' })],
    });
  };

  it('end up below the default branch: none is ever its own parent', async () => {
    const world = await circle();

    await told(world, merged);

    expect(await world.environment('pr-1')).toBeNull();
    expect(await world.environment('sandbox')).toMatchObject({ parent: 'main' });
  });

  it('are both deleted, one after the other', async () => {
    const world = await circle();

    await told(world, merged, { type: 'branch.deleted', branch: 'sandbox' });

    expect(await world.environment('sandbox')).toBeNull();
  });

  it('one that is its own parent is deleted like any other', async () => {
    const environments = [theProductionEnvironment(), { ...sandbox, parent: 'sandbox' }];
    const world = await aWorld({ repository: aRepository(branches), environments });

    await told(world, { type: 'branch.deleted', branch: 'sandbox' });

    expect(await world.environment('sandbox')).toBeNull();
  });
});
