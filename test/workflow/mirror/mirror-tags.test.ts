import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { integrationId, projectId, theProductionEnvironment } from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

const tags = { type: 'mirror.tags', project: projectId, integration: integrationId };

/** A fetched repository with a tag v1 at A. */
async function setting(integration: Parameters<typeof aWorld>[0] = {}) {
  const repository = aRepository({ main: 'A' });
  repository.refs.set('refs/tags/v1', 'A');
  const world = await aWorld({ repository, environments: [theProductionEnvironment()], ...integration });
  await world.process({ type: 'repository.changed' });
  await world.settle();
  world.bitbucket.calls.length = 0;
  const fetches = () => world.bitbucket.calls.filter((call) => call.startsWith('fetchBundle'));
  const mirrored = () =>
    Object.fromEntries(Object.entries(world.mirror.heads()).filter(([ref]) => ref.startsWith('refs/tags/')));
  return { world, repository, fetches, mirrored };
}

type Setting = Awaited<ReturnType<typeof setting>>;

const changes: [string, (repository: Setting['repository']) => void, Record<string, string>][] = [
  ['pushed', ({ refs }) => refs.set('refs/tags/v2', 'B'), { 'refs/tags/v1': 'A', 'refs/tags/v2': 'B' }],
  ['moved', ({ refs }) => refs.set('refs/tags/v1', 'B'), { 'refs/tags/v1': 'B' }],
  ['deleted', ({ refs }) => refs.delete('refs/tags/v1'), {}],
  [
    'renamed',
    ({ refs }) => {
      refs.delete('refs/tags/v1');
      refs.set('refs/tags/v1.0', 'A');
    },
    { 'refs/tags/v1.0': 'A' },
  ],
];

describe.each<[string, (world: Setting['world']) => Promise<unknown>]>([
  ['a delivery tells of it', (world) => world.process({ type: 'tags.changed' })],
  ['the schedule finds it', (world) => world.prune()],
])('when %s', (_, learn) => {
  it.each(changes)(
    'a tag that was %s reaches the mirror, and makes no environment',
    async (_what, change, expected) => {
      const { world, repository, mirrored } = await setting();
      const before = await world.environments.listOf(projectId);
      change(repository);

      await learn(world);
      expect(world.effects).toEqual([tags]);
      await world.settle();

      expect(mirrored()).toEqual(expected);
      expect(world.mirror.heads()).toMatchObject({ 'refs/heads/main': 'A' });
      expect(world.mirror.broken()).toEqual([]);
      expect(await world.environments.listOf(projectId)).toEqual(before);
    },
  );

  it('10,000 new tags take one fetch and one commit', async () => {
    const { world, repository, fetches, mirrored } = await setting();
    for (let index = 0; index < 10_000; index++) repository.refs.set(`refs/tags/n${index}`, `T${index % 50}`);
    const commits = world.mirror.commitCount();

    await learn(world);
    await world.settle();

    expect(fetches()).toHaveLength(1);
    expect(world.mirror.commitCount()).toBe(commits + 1);
    expect(Object.keys(mirrored())).toHaveLength(10_001);
  });

  it('nothing is mirrored with fetch-branches off', async () => {
    const { world, repository } = await setting({ integration: { fetch_branches: false } });
    repository.refs.set('refs/tags/v2', 'B');

    await learn(world);

    expect(world.effects).toEqual([]);
  });
});

describe('the tags', () => {
  it('cost an idle prune neither a read of the mirror nor a request', async () => {
    const { world } = await setting();
    world.ports.mirrors.read = () => Promise.reject(new Error('the manifest was read'));

    await world.prune();

    expect(world.effects).toEqual([]);
    expect(world.bitbucket.calls.filter((call) => call.startsWith('listRefs'))).toEqual([
      'listRefs HEAD refs/heads/ refs/tags/',
    ]);
  });

  it('are removed when the repository has branches and no tags', async () => {
    const { world, repository, mirrored } = await setting();
    repository.refs.clear();

    await world.prune();
    await world.settle();

    expect(mirrored()).toEqual({});
  });

  it('stay when a listing is empty, as from a broken server', async () => {
    const { world, repository, mirrored } = await setting();
    repository.refs.clear();
    repository.heads.clear();

    await world.prune();
    await world.perform({ ...tags, type: 'mirror.tags' });

    expect(world.effects).toEqual([]);
    expect(mirrored()).toEqual({ 'refs/tags/v1': 'A' });
  });

  it('stay when the listing fails', async () => {
    const { world, mirrored } = await setting();
    world.bitbucket.fail('listRefs', new BoughError('git_host_unavailable', 'Bitbucket is away.'));

    await expect(world.perform({ ...tags, type: 'mirror.tags' })).rejects.toThrow('Bitbucket is away.');

    expect(mirrored()).toEqual({ 'refs/tags/v1': 'A' });
  });

  it('are fetched once for any number of deliveries about the same change', async () => {
    const { world, repository, fetches } = await setting();
    repository.refs.set('refs/tags/v2', 'B');

    for (let delivery = 0; delivery < 3; delivery++) await world.process({ type: 'tags.changed' });
    await world.settle();

    expect(fetches()).toEqual(['fetchBundle B']);
  });

  it('of a removed integration are not changed', async () => {
    const { world, mirrored, repository } = await setting();
    repository.refs.set('refs/tags/v2', 'B');
    await world.integrations.remove(await world.integration());

    await world.perform({ ...tags, type: 'mirror.tags' });

    expect(mirrored()).toEqual({ 'refs/tags/v1': 'A' });
  });
});
