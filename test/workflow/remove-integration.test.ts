import { describe, expect, it } from 'vitest';
import { BoughError } from '../../shared/errors.ts';
import { addIntegration } from '../../shared/workflow/integrations/add-integration.ts';
import { removeIntegration } from '../../shared/workflow/integrations/remove-integration.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aRunningActivity,
  aWaitingActivity,
  commit,
  endedOf,
  integrationId,
  projectId,
  theProductionEnvironment,
} from '../support/builders.ts';
import { withBranch } from '../support/busy-world.ts';
import { aWorld, type World } from '../support/world.ts';

const remove = (world: World) => removeIntegration(world.ports, projectId, integrationId);
const url = `https://api.example.org/${integrationId}/hook`;
const hook = { url, secret: 'webhook-secret', state: { active: true, missing_events: [], has_secret: true } };

describe('removing an integration', () => {
  it('ends the link, and takes its webhook away, and no other', async () => {
    const world = await aWorld();
    const another = { ...hook, url: 'https://ci.example.org/' };
    world.bitbucket.hooks.push(another, hook);

    expect(await remove(world)).toBeNull();

    expect(await world.integrations.listOf(projectId)).toEqual([]);
    expect(world.bitbucket.hooks).toEqual([another]);
  });

  it('is done also when there is no webhook', async () => {
    const world = await aWorld();

    expect(await remove(world)).toBeNull();

    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it.each([
    ['removeWebhook' as const, 'git_host_forbidden' as const],
    ['removeWebhook' as const, 'git_host_unavailable' as const],
  ])('says why the webhook may still be there when %s fails with %s, and is done', async (call, code) => {
    const world = await aWorld();
    world.bitbucket.fail(call, new BoughError(code, 'Bitbucket says no.'));

    expect(await remove(world)).toMatch(/^Bitbucket says no\. [A-Z]/);

    expect(await world.integrations.listOf(projectId)).toEqual([]);
    expect(world.lines).toMatchObject([{ level: 'warn', message: 'the webhook could not be removed' }]);
  });

  it('is done also when Bitbucket does not take the credentials any more', async () => {
    const world = await aWorld();
    const connect = () => Promise.reject(new BoughError('git_host_credentials', 'Revoked.'));

    const left = await removeIntegration({ ...world.ports, connect }, projectId, integrationId);

    expect(left).toContain('Revoked.');
    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it('ends its activities, for the record', async () => {
    const activities = [
      aRunningActivity({ type: 'integration.bitbucket.register_hooks' }),
      aWaitingActivity({ type: 'integration.bitbucket.fetch' }),
    ];
    const world = await aWorld({ integration: { activities } });

    await remove(world);

    const history = await world.history();
    expect(endedOf(history).sort()).toEqual(['fetch: cancelled', 'register_hooks: cancelled']);
    expect(history).toMatchObject([
      { because: 'the integration was removed', completed_at: world.clock.now() },
      { because: 'the integration was removed', completed_at: world.clock.now() },
    ]);
  });

  it('counts though someone else writes in between', async () => {
    const world = await aWorld();
    const connect = async () => {
      if ((await world.integration()).version === 1)
        await world.integrations.save(anIntegration({ version: 2 }));
      return world.bitbucket.host;
    };

    expect(await removeIntegration({ ...world.ports, connect }, projectId, integrationId)).toBeNull();

    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it.each([
    ['an integration', projectId, 'unknown'],
    ['a project', 'unknown', integrationId],
  ])('is not found for %s that does not exist', async (_, project, id) => {
    const world = await aWorld();

    await expect(removeIntegration(world.ports, project, id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the environments of an integration that was removed', () => {
  const environments = [
    theProductionEnvironment(),
    anActiveEnvironment(),
    anEnvironment({ id: 'gone', head_commit: commit('G') }),
  ];

  it('stay as they are', async () => {
    const world = await aWorld({ environments, repository: withBranch('A') });

    await remove(world);
    await world.settle();

    expect(await world.environments.listOf(projectId)).toEqual(
      environments.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect(world.builds).toEqual([]);
  });

  it('belong to the next integration from its first fetch on, which brings them in line', async () => {
    const world = await aWorld({ environments, repository: withBranch('B') });
    await remove(world);

    const added = await addIntegration(
      {
        ...world.ports,
        newId: () => 'another',
        newWebhookSecret: () => 'another-secret',
        newLogKey: () => 'another-key',
      },
      projectId,
      { type: 'bitbucket', repository: 'acme/website', app_credentials: { key: 'k', secret: 's' } },
    );
    await world.settle();

    expect(added).toMatchObject({ id: 'another' });
    expect(await world.environments.listOf(projectId)).toMatchObject([
      { id: 'feature/x', integration: 'another', deployment: { commit: commit('B') } },
      { id: 'main', integration: 'another', deployment: { commit: commit('A') } },
    ]);
  });
});
