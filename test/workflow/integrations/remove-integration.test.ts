import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { addIntegration } from '../../../shared/workflow/integrations/add-integration.ts';
import { removeIntegration } from '../../../shared/workflow/integrations/remove-integration.ts';
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
} from '../../support/builders.ts';
import { withBranch } from '../../support/busy-world.ts';
import { aWorld, type World } from '../../support/world.ts';

const remove = (world: World) => removeIntegration(world.ports, projectId, integrationId);
const url = `https://api.example.org/${integrationId}/hook`;
const hook = { url, secret: 'webhook-secret', state: { active: true, missing_events: [], has_secret: true } };

describe('removing an integration', () => {
  it('removes the integration and its webhook, and no other', async () => {
    const world = await aWorld();
    const another = { ...hook, url: 'https://ci.example.org/' };
    world.bitbucket.hooks.push(another, hook);

    expect(await remove(world)).toBeNull();

    expect(await world.integrations.listOf(projectId)).toEqual([]);
    expect(world.bitbucket.hooks).toEqual([another]);
  });

  it('succeeds without a webhook', async () => {
    const world = await aWorld();

    expect(await remove(world)).toBeNull();

    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it.each([
    ['removeWebhook' as const, 'git_host_forbidden' as const],
    ['removeWebhook' as const, 'git_host_unavailable' as const],
  ])('succeeds with the reason for a remaining webhook when %s fails with %s', async (call, code) => {
    const world = await aWorld();
    world.bitbucket.fail(call, new BoughError(code, 'Bitbucket says no.'));

    expect(await remove(world)).toMatch(/^Bitbucket says no\. [A-Z]/);

    expect(await world.integrations.listOf(projectId)).toEqual([]);
    expect(world.lines).toMatchObject([{ level: 'warn', message: 'the webhook could not be removed' }]);
  });

  it('succeeds also when Bitbucket no longer accepts the credentials', async () => {
    const world = await aWorld();
    const connect = () => Promise.reject(new BoughError('git_host_credentials', 'Revoked.'));

    const left = await removeIntegration({ ...world.ports, connect }, projectId, integrationId);

    expect(left).toContain('Revoked.');
    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it('cancels its activities in the history', async () => {
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

  it('succeeds despite a concurrent write', async () => {
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

  it('do not change', async () => {
    const world = await aWorld({ environments, repository: withBranch('A') });

    await remove(world);
    await world.settle();

    expect(await world.environments.listOf(projectId)).toEqual(
      environments.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect(world.builds).toEqual([]);
  });

  it('belong to the next integration from its first fetch on, which reconciles them', async () => {
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
