import { describe, expect, it } from 'vitest';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import { BoughError } from '../../../shared/errors.ts';
import {
  anActiveEnvironment,
  aRunningActivity,
  commit,
  endedOf,
  projectId,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { aGitHost, aRepository, type Repository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

/**
 * A world with several repositories, by name. Several names may lead to one repository, because Bitbucket redirects old
 * names for a while.
 */
async function aWorldOf(
  repositories: Record<string, Repository>,
  setting: Parameters<typeof aWorld>[0] = {},
) {
  const world = await aWorld({
    environments: [theProductionEnvironment(), anActiveEnvironment()],
    ...setting,
  });
  const asked: string[] = [];
  world.ports.connect = async ({ repository }: Integration) => {
    asked.push(repository);
    const found = repositories[repository.toLowerCase()];
    const { host, fail } = aGitHost(found ?? aRepository({}));
    const gone = new BoughError('git_host_not_found', `Bitbucket has no repository ${repository}.`);
    if (!found) for (const call of ['repository', 'source'] as const) fail(call, gone);
    return host;
  };
  return { world, asked };
}

/** The integration's own repository, under its current name. */
function ours(full_name: string, branches: Record<string, string> = { main: 'A', 'feature/x': 'A' }) {
  return Object.assign(aRepository(branches), { full_name });
}

/** An unrelated repository. */
const anothers = (full_name: string) =>
  Object.assign(aRepository({ main: 'Z' }), { full_name, uuid: '{another}' });

const announce = (repository: string) => ({ type: 'repository.changed' as const, repository });

describe('a renamed repository', () => {
  it.each([
    ['was renamed', 'acme/homepage'],
    ['was transferred', 'umbrella/website'],
  ])('is found under the announced name, when it %s', async (_, name) => {
    const { world } = await aWorldOf({ [name]: ours(name, { main: 'B', 'feature/x': 'A' }) });

    await world.process(announce(name));
    await world.settle();

    expect(await world.integration()).toMatchObject({ repository: name, repository_uuid: '{0f1e}' });
    expect(await world.environment('main')).toMatchObject({ deployment: { commit: commit('B') } });
    expect(await world.environment('feature/x')).toMatchObject({ status: 'active' });
    expect(endedOf(await world.history())).toContain('fetch: success');
  });

  it('is stored under its new name, with a line in the log', async () => {
    const { world, asked } = await aWorldOf({ 'acme/homepage': ours('acme/homepage') });

    await world.process(announce('acme/homepage'));
    const [activity] = (await world.integration()).activities;
    await world.settle();

    expect(world.logOf(activity?.id ?? '').slice(0, 2)).toEqual([
      'The repository acme/website was renamed to acme/homepage',
      'Fetching from Bitbucket repository acme/homepage',
    ]);
    asked.length = 0;
    await world.prune();
    expect(new Set(asked)).toEqual(new Set(['acme/homepage']));
  });

  it('is stored under its new name also when the old name redirects, without an announcement', async () => {
    const { world } = await aWorldOf({
      'acme/website': ours('acme/homepage'),
      'acme/homepage': ours('acme/homepage'),
    });

    await world.process({ type: 'repository.changed' });
    await world.settle();

    expect(await world.integration()).toMatchObject({ repository: 'acme/homepage' });
  });

  it('is found although its old name belongs to another repository', async () => {
    const { world } = await aWorldOf({
      'acme/website': anothers('acme/website'),
      'acme/homepage': ours('acme/homepage'),
    });

    await world.process(announce('acme/homepage'));
    await world.settle();

    expect(await world.integration()).toMatchObject({ repository: 'acme/homepage' });
    expect(await world.environments.listOf(projectId)).toMatchObject([
      { id: 'feature/x', status: 'active' },
      { id: 'main', deployment: { commit: commit('A') } },
    ]);
  });

  it('keeps concurrent changes to the integration', async () => {
    const { world } = await aWorldOf({ 'acme/homepage': ours('acme/homepage') });
    await world.process(announce('acme/homepage'));
    const latest = await world.integration();
    await world.integrations.save({ ...latest, prune_branches: false, version: latest.version + 1 });

    await world.settle();

    expect(await world.integration()).toMatchObject({ repository: 'acme/homepage', prune_branches: false });
  });
});

describe('an announced name', () => {
  it('is ignored while the known name leads to the repository', async () => {
    const { world, asked } = await aWorldOf({ 'acme/website': ours('acme/website') });

    await world.process(announce('acme/before'));
    await world.settle();

    expect(new Set(asked)).toEqual(new Set(['acme/website']));
    expect(await world.integration()).toMatchObject({ repository: 'acme/website' });
  });

  it('is ignored when it equals the known name, in any case', async () => {
    const { world } = await aWorldOf({});

    await world.process(announce('Acme/Website'));

    expect((await world.integration()).activities).toMatchObject([{ repository: null }]);
  });

  it('that leads to another repository is not followed, and nothing is deleted', async () => {
    const { world } = await aWorldOf({ 'acme/homepage': anothers('acme/homepage') });
    const before = await world.environments.listOf(projectId);
    await world.process(announce('acme/homepage'));
    const [effect] = world.effects.splice(0);

    await expect(world.perform(effect!)).rejects.toMatchObject({
      code: 'git_host_not_found',
      message: expect.stringContaining('acme/homepage is not the repository that was integrated'),
    });

    expect(await world.integration()).toMatchObject({ repository: 'acme/website' });
    expect(await world.environments.listOf(projectId)).toEqual(before);
  });

  it('is not followed when Bitbucket does not answer for the known name', async () => {
    const { world } = await aWorldOf({ 'acme/homepage': ours('acme/homepage') });
    const down = new BoughError('git_host_unavailable', 'Bitbucket is down.');
    const connect = world.ports.connect;
    world.ports.connect = async (integration) => {
      if (integration.repository === 'acme/website') throw down;
      return connect(integration);
    };
    await world.process(announce('acme/homepage'));

    await expect(world.perform(world.effects[0]!)).rejects.toThrow('Bitbucket is down.');

    expect(await world.integration()).toMatchObject({ repository: 'acme/website' });
  });

  it('replaces a pending fetch without the name, and stays with the next request', async () => {
    const running = aRunningActivity({ type: 'integration.bitbucket.fetch' });
    const { world } = await aWorldOf({}, { integration: { activities: [running] } });

    await world.process({ type: 'repository.changed' });
    await world.process(announce('acme/homepage'));
    await world.process({ type: 'repository.changed' });

    const integration = await world.integration();
    expect(queueOf(integration)).toEqual(['fetch, running', 'fetch, waiting']);
    expect(integration.activities[1]).toMatchObject({ repository: 'acme/homepage' });
  });
});

describe('a repository that was deleted and recreated under its name', () => {
  it('is another repository: nothing is fetched or deleted', async () => {
    const { world } = await aWorldOf({ 'acme/website': anothers('acme/website') });
    const before = await world.environments.listOf(projectId);
    await world.process({ type: 'repository.changed' });

    await expect(world.perform(world.effects[0]!)).rejects.toMatchObject({
      code: 'git_host_not_found',
      remedy: expect.stringContaining('add the integration again with --adopt'),
    });

    expect(world.events).toEqual([]);
    expect(world.mirror.commitCount()).toBe(0);
    expect(await world.environments.listOf(projectId)).toEqual(before);
  });
});
