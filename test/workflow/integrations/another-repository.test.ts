import { describe, expect, it } from 'vitest';
import { processEvent } from '../../../shared/workflow/deliveries/process-event.ts';
import { addIntegration } from '../../../shared/workflow/integrations/add-integration.ts';
import { pruneIntegration } from '../../../shared/workflow/integrations/prune-integration.ts';
import { removeIntegration } from '../../../shared/workflow/integrations/remove-integration.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequest,
  aPullRequestEnvironment,
  commit,
  integrationId,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { built, withBranch } from '../../support/busy-world.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const environments = [
  theProductionEnvironment(),
  anActiveEnvironment(),
  anActiveEnvironment({ id: 'develop' }),
  aPullRequestEnvironment(),
];
const same = '{0f1e}';

/** A project whose integration was removed, beside a repository that has `main` and `feature/x` only. */
async function leftWorld(uuid: string) {
  const world = await aWorld({ environments, repository: withBranch('A') });
  // Bitbucket's API may lag minutes behind its deliveries.
  world.clock.pass(60);
  await removeIntegration(world.ports, projectId, integrationId);
  Object.assign(world.repository, { uuid, full_name: uuid === same ? 'acme/website' : 'acme/shop' });
  return world;
}

const add = ({ ports }: World, adopt?: boolean) =>
  addIntegration(
    { ...ports, newId: () => 'another', newWebhookSecret: () => 's', newLogKey: () => 'k' },
    projectId,
    {
      type: 'bitbucket',
      repository: 'acme/shop',
      app_credentials: { key: 'k', secret: 's' },
      adopt,
    },
  );
const environmentsOf = ({ environments: stored }: World) => stored.listOf(projectId);
const idsOf = async (world: World) => (await environmentsOf(world)).map(({ id }) => id);

describe("an integration with another repository than the environments'", () => {
  it('is refused, with the existing environments named, and changes nothing', async () => {
    const world = await leftWorld('{another}');
    const before = await environmentsOf(world);

    await expect(add(world)).rejects.toMatchObject({
      code: 'invalid',
      fields: {
        repository: expect.stringMatching(
          /4 environments of another repository \(acme\/website\): [\s\S]*--adopt/,
        ),
      },
    });

    await world.settle();
    expect(await environmentsOf(world)).toEqual(before);
    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it('adopts them with `adopt`, and keeps those with a branch in the repository', async () => {
    const world = await leftWorld('{another}');

    await add(world, true);
    await world.settle();

    expect(await environmentsOf(world)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'main', integration: 'another', status: 'active' }),
        expect.objectContaining({ id: 'feature/x', integration: 'another', status: 'active' }),
      ]),
    );
    expect((await environmentsOf(world)).map(({ integration }) => integration)).not.toContain(integrationId);
  });

  it('is added after their deletion by a user, and sets the default branch again', async () => {
    const world = await leftWorld('{another}');
    for (const id of await idsOf(world)) await world.act(id, { type: 'delete' });
    await world.settle();
    expect(await idsOf(world)).toEqual([]);
    world.repository.deleteBranch('main');
    Object.assign(world.repository, { head: 'trunk' });
    world.bitbucket.host.repository = async () => ({
      uuid: '{another}',
      full_name: 'acme/shop',
      default_branch: 'trunk',
    });

    await add(world);

    expect((await world.projects.get(projectId))?.default_branch).toBe('trunk');
  });
});

describe("an integration with the environments' repository", () => {
  it('adopts them without `adopt`', async () => {
    const world = await leftWorld(same);

    await add(world);
    await world.process({ type: 'repository.changed' });
    await world.settle();

    expect(await environmentsOf(world)).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'feature/x', integration: 'another' })]),
    );
  });

  it('has a fetch adopt them when a push comes first', async () => {
    const world = await leftWorld(same);
    await add(world);
    const event = { type: 'branch.pushed' as const, branch: 'feature/x', commit: commit('B') };

    const verdict = await processEvent(
      world.ports,
      { project: projectId, integration: 'another', event, origin: 'a test' },
      false,
    );

    expect(verdict).toBe('fetch');
    expect(await world.environment('feature/x')).toMatchObject({ integration: integrationId });
  });
});

describe('an integration for environments of an unrecorded repository', () => {
  /** A project that predates the record of former integrations. */
  async function oldWorld(branches: Record<string, string>) {
    const left = environments.slice(0, 2).map((one) => ({ ...one, integration: 'forgotten' }));
    const world = await aWorld({ environments: left, repository: aRepository(branches) });
    await world.integrations.remove(anIntegration(), []);
    return world;
  }

  it('adopts them when its repository has the same commits', async () => {
    const world = await oldWorld({ main: 'A', 'feature/x': 'A' });

    expect(await add(world)).toMatchObject({ adopts: ['forgotten'] });
  });

  it('is refused when its repository has other commits', async () => {
    const world = await oldWorld({ main: 'A', 'feature/x': 'B' });

    await expect(add(world)).rejects.toMatchObject({
      fields: { repository: expect.stringContaining('2 environments of an unknown repository') },
    });
  });
});

describe('an environment of another repository that was not adopted', () => {
  const stranger = anActiveEnvironment({ id: 'develop', integration: 'removed' });
  const strange = aPullRequestEnvironment({ integration: 'removed' });

  it.each([
    ['a prune', (world: World) => pruneIntegration(world.ports, projectId, integrationId)],
    ['a fetch', (world: World) => world.process({ type: 'repository.changed' })],
    [
      'the deletion of its branch',
      (world: World) => world.process({ type: 'branch.deleted', branch: 'develop' }),
    ],
    [
      'a push',
      (world: World) => world.process({ type: 'branch.pushed', branch: 'develop', commit: commit('B') }),
    ],
    [
      'a pull request of its number',
      (world: World) => world.process({ type: 'pull_request.opened', pull_request: aPullRequest() }),
    ],
    ['a merge', (world: World) => world.process({ type: 'pull_request.merged', number: 1 })],
  ])('is never changed by %s', async (_, happen) => {
    const world = await aWorld({
      environments: [theProductionEnvironment(), stranger, strange],
      repository: aRepository({ main: 'A', 'feature/x': 'A' }),
    });

    await happen(world);
    await world.settle();

    expect(await world.environment('develop')).toEqual(stranger);
    expect(await world.environment('pr-1')).toEqual(strange);
    expect(built(world)).toEqual([]);
  });

  it('can be deleted by a user, although the project has an integration', async () => {
    const world = await aWorld({ environments: [theProductionEnvironment(), stranger, anEnvironment()] });

    await world.act('develop', { type: 'delete' });
    await world.settle();

    expect(await world.environment('develop')).toBeNull();
  });
});
