import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../../shared/domain/deliveries/source-event.ts';
import { commit, nameOf, projectId } from '../../support/builders.ts';
import { aRepository, type Repository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const pushed = (branch: string, name: string): SourceEvent => ({
  type: 'branch.pushed',
  branch,
  commit: commit(name),
});
const deleted = (branch: string): SourceEvent => ({ type: 'branch.deleted', branch });
const merged = (number: number): SourceEvent => ({ type: 'pull_request.merged', number });
const declined = (number: number): SourceEvent => ({ type: 'pull_request.declined', number });
const superseded = (number: number): SourceEvent => ({ type: 'pull_request.superseded', number });
const updated = (repository: Repository, number: number): SourceEvent => ({
  type: 'pull_request.updated',
  pull_request: repository.show(number),
});

function ordersOf<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, place) =>
    ordersOf(items.toSpliced(place, 1)).map((others) => [item, ...others]),
  );
}

/** Every environment as `commit, deployed commit, parent`. */
async function shown(world: World): Promise<Record<string, string>> {
  const environments = await world.environments.listOf(projectId);
  return Object.fromEntries(
    environments.map(({ id, head_commit, deployment, parent }) => [
      id,
      [nameOf(head_commit), nameOf(deployment?.commit), parent].join(' '),
    ]),
  );
}

const main = { main: 'A A ' };
const branches = { main: 'A', 'feature/x': 'B' };

interface Story {
  given: () => Repository;
  /** Changes the repository, and returns the events of Bitbucket's deliveries. */
  happens: (repository: Repository) => SourceEvent[];
  after: Record<string, string>;
}

const stories: Record<string, Story> = {
  'several changes in one push': {
    given: () => aRepository({ ...branches, old: 'C' }),
    happens: (repository) => {
      repository.push('main', 'D');
      repository.push('new', 'E');
      repository.deleteBranch('old');
      return [pushed('main', 'D'), pushed('new', 'E'), deleted('old')];
    },
    after: { main: 'D D ', 'feature/x': 'B  main', new: 'E  main' },
  },
  'a branch that was deleted and created again at another commit': {
    given: () => aRepository(branches),
    happens: (repository) => {
      repository.push('feature/x', 'C');
      return [deleted('feature/x'), pushed('feature/x', 'C')];
    },
    after: { ...main, 'feature/x': 'C  main' },
  },
  'a branch that was deleted and created again where it was': {
    given: () => aRepository(branches),
    happens: () => [deleted('feature/x'), pushed('feature/x', 'B')],
    after: { ...main, 'feature/x': 'B  main' },
  },
  'a branch that was created and deleted': {
    given: () => aRepository({ main: 'A' }),
    happens: () => [pushed('feature/x', 'B'), deleted('feature/x')],
    after: main,
  },
  'a branch that makes room for those below its name': {
    given: () => aRepository({ main: 'A', feature: 'B' }),
    happens: (repository) => {
      repository.deleteBranch('feature');
      repository.push('feature/x', 'B');
      return [deleted('feature'), pushed('feature/x', 'B')];
    },
    after: { ...main, 'feature/x': 'B  main' },
  },
  'a pull request that was merged, with its branch': {
    given: () => {
      const repository = aRepository(branches);
      repository.open('feature/x');
      return repository;
    },
    happens: (repository) => {
      repository.end(1);
      repository.push('main', 'M');
      repository.deleteBranch('feature/x');
      return [merged(1), pushed('main', 'M'), deleted('feature/x')];
    },
    after: { main: 'M M ' },
  },
  'the lower of two stacked pull requests that was merged: the upper one moves down': {
    given: () => {
      const repository = aRepository({ ...branches, 'feature/y': 'C' });
      repository.open('feature/x');
      repository.open('feature/y', 'feature/x');
      return repository;
    },
    happens: (repository) => {
      repository.end(1);
      repository.push('main', 'M');
      repository.deleteBranch('feature/x');
      return [merged(1), pushed('main', 'M'), deleted('feature/x')];
    },
    after: { main: 'M M ', 'feature/y': 'C  main', 'pr-2': 'C C main' },
  },
  'a stacked pull request that was retargeted, and pushed to': {
    given: () => {
      const repository = aRepository({ ...branches, 'feature/y': 'C' });
      repository.open('feature/y', 'feature/x');
      return repository;
    },
    happens: (repository) => {
      repository.edit(1, { target: 'main' });
      repository.push('feature/y', 'D');
      return [pushed('feature/y', 'D'), updated(repository, 1)];
    },
    after: { ...main, 'feature/x': 'B  main', 'feature/y': 'D  main', 'pr-1': 'D D main' },
  },
  'a pull request that was declined and opened again': {
    given: () => {
      const repository = aRepository(branches);
      repository.open('feature/x');
      return repository;
    },
    happens: (repository) => [declined(1), updated(repository, 1)],
    after: { ...main, 'feature/x': 'B  main', 'pr-1': 'B B main' },
  },
  'a pull request that another one supersedes': {
    given: () => {
      const repository = aRepository(branches);
      repository.open('feature/x');
      return repository;
    },
    happens: (repository) => {
      repository.end(1);
      repository.open('feature/x');
      return [superseded(1), updated(repository, 2)];
    },
    after: { ...main, 'feature/x': 'B  main', 'pr-2': 'B B main' },
  },
  'two pull requests at one commit, of which one is merged': {
    given: () => {
      const repository = aRepository({ ...branches, release: 'C' });
      repository.open('feature/x', 'main');
      repository.open('feature/x', 'release');
      return repository;
    },
    happens: (repository) => {
      repository.end(1);
      repository.push('main', 'M');
      return [merged(1), pushed('main', 'M'), updated(repository, 2)];
    },
    after: { main: 'M M ', 'feature/x': 'B  main', release: 'C  main', 'pr-2': 'B B release' },
  },
  'a pull request whose source branch was deleted: it stays open, and so does its environment': {
    given: () => {
      const repository = aRepository(branches);
      repository.open('feature/x');
      return repository;
    },
    happens: (repository) => {
      repository.deleteBranch('feature/x');
      return [deleted('feature/x'), updated(repository, 1)];
    },
    after: { ...main, 'pr-1': 'B B main' },
  },
};

describe.each(Object.entries(stories))('%s', (_, { given, happens, after }) => {
  const begun = async () => {
    const world = await aWorld({ repository: given() });
    await world.process({ type: 'repository.changed' });
    await world.settle();
    return world;
  };

  it.each([
    ['all at once', false],
    ['one after the other', true],
  ])('has one outcome, for every order of its deliveries, %s', async (__, settles) => {
    for (const order of ordersOf(happens(given()).map((___, place) => place))) {
      const world = await begun();
      const events = happens(world.repository);

      for (const place of order) {
        await world.process(events[place]!);
        if (settles) await world.settle();
      }
      await world.settle();

      expect(await shown(world)).toEqual(after);
    }
  });

  it('has the same outcome when only the scheduled prune finds the changes', async () => {
    const world = await begun();
    happens(world.repository);

    await world.prune();
    await world.settle();

    expect(await shown(world)).toEqual(after);
  });
});
