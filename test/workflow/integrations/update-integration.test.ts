import { describe, expect, it } from 'vitest';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import { BoughError, type ErrorCode } from '../../../shared/errors.ts';
import {
  type IntegrationChanges,
  updateIntegration,
} from '../../../shared/workflow/integrations/update-integration.ts';
import { aRunningActivity, integrationId, projectId, queueOf } from '../../support/builders.ts';
import { aWorld } from '../../support/world.ts';

/** Changes the world's integration; `seen` is the integration that Bitbucket was read with. */
async function update(changes: IntegrationChanges, setting: Parameters<typeof aWorld>[0] = {}) {
  const world = await aWorld(setting);
  const before = await world.integration();
  const seen: Integration[] = [];
  const connect = async (integration: Integration) => {
    seen.push(integration);
    return world.bitbucket.host;
  };
  const run = () => updateIntegration({ ...world.ports, connect }, projectId, integrationId, changes);
  return { world, before, seen, run };
}

describe('changing the options of an integration', () => {
  it('stores them, and keeps the others', async () => {
    const { world, run, before } = await update({ resync_pull_requests: true });

    const after = await run();

    expect(after).toEqual({ ...before, resync_pull_requests: true, version: 2 });
    expect(await world.integration()).toEqual(after);
  });

  it.each<[string, IntegrationChanges, Parameters<typeof aWorld>[0]]>([
    [
      'branches are fetched from now on',
      { fetch_branches: true },
      { integration: { fetch_branches: false } },
    ],
    ['branches are pruned from now on', { prune_branches: true }, { integration: { prune_branches: false } }],
    [
      'pull requests are built from now on',
      { build_pull_requests: true },
      { integration: { build_pull_requests: false } },
    ],
    [
      'forks may be approved from now on',
      { build_fork_pull_requests: 'approved' },
      { integration: { build_fork_pull_requests: 'never' } },
    ],
    ['forks need no approval from now on', { build_fork_pull_requests: 'always' }, {}],
    [
      'more pages of pull requests are read',
      { pull_requests_max_pages: 2 },
      { integration: { pull_requests_max_pages: 1 } },
    ],
    [
      'all pull requests are read',
      { pull_requests_max_pages: null },
      { integration: { pull_requests_max_pages: 1 } },
    ],
    [
      'resources are no longer assigned manually',
      { environment_init_resources: 'parent' },
      { integration: { environment_init_resources: 'manual' } },
    ],
  ])('fetches everything at once, as %s', async (_, changes, setting) => {
    const { world, run } = await update(changes, setting);

    const after = await run();

    expect(queueOf(after)).toEqual(['fetch, running']);
    expect(world.effects).toMatchObject([
      { type: 'integration.run', activity: { because: 'the integration was changed' } },
    ]);
  });

  it.each<[string, IntegrationChanges]>([
    ['branches are no longer fetched', { fetch_branches: false }],
    ['branches are no longer pruned', { prune_branches: false }],
    ['pull requests are no longer built', { build_pull_requests: false }],
    ['data is no longer copied', { pull_requests_clone_parent_data: false }],
    ['data is copied with every push', { resync_pull_requests: true }],
    ['forks are no longer built', { build_fork_pull_requests: 'never' }],
    ['resources are assigned manually', { environment_init_resources: 'manual' }],
    ['resources change', { environment_init_resources: 'minimum' }],
    ['fewer pull requests are read', { pull_requests_max_pages: 1 }],
  ])('starts nothing, as %s, and keeps existing environments', async (_, changes) => {
    const { world, run } = await update(changes);

    const after = await run();

    expect(after).toMatchObject({ ...changes, activities: [] });
    expect(world.effects).toEqual([]);
    expect(world.events).toEqual([]);
  });

  it('sends no request to Bitbucket', async () => {
    const { run, seen } = await update({ build_pull_requests: false });

    await run();

    expect(seen).toEqual([]);
  });

  it('prunes nothing when it fetches nothing', async () => {
    const { run } = await update({ fetch_branches: false, prune_branches: true });

    expect(await run()).toMatchObject({ fetch_branches: false, prune_branches: false });
  });

  it('queues its fetch behind the running activity', async () => {
    const activities = [aRunningActivity({ type: 'integration.bitbucket.fetch' })];
    const { world, run } = await update(
      { build_fork_pull_requests: 'always' },
      { integration: { activities } },
    );

    expect(queueOf(await run())).toEqual(['fetch, running', 'fetch, waiting']);
    expect(world.effects).toEqual([]);
  });

  it.each<[string, IntegrationChanges]>([
    ['there are no changes', {}],
    ['all values are the current ones', { fetch_branches: true, environment_init_resources: 'default' }],
    ['its repository is the same, by its URL', { repository: 'https://bitbucket.org/acme/website.git' }],
  ])('writes nothing and starts nothing when %s', async (_, changes) => {
    const { world, before, run, seen } = await update(changes);

    expect(await run()).toEqual(before);

    expect(await world.integration()).toEqual(before);
    expect(world.effects).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('succeeds despite a concurrent write', async () => {
    const { world, before, run } = await update({ resync_pull_requests: true });
    const get = world.integrations.get;
    let isFirst = true;
    world.ports.integrations.get = async (...place) => {
      const integration = await get(...place);
      if (isFirst) await world.integrations.save({ ...before, prune_branches: false, version: 2 });
      isFirst = false;
      return integration;
    };

    expect(await run()).toMatchObject({ resync_pull_requests: true, prune_branches: false, version: 3 });
  });

  it('requires an integration', async () => {
    const world = await aWorld();

    await expect(updateIntegration(world.ports, projectId, 'unknown', {})).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('changing the credentials of an integration', () => {
  const app_credentials = { key: 'new-key', secret: 'new-secret' };

  it('verifies them on the repository, seals them, and registers the webhook with them', async () => {
    const { world, before, run, seen } = await update({ app_credentials });

    const after = await run();

    expect(after).toMatchObject({
      app_credentials: { key: 'new-key' },
      sealed_credentials: `credentials of ${projectId}/${integrationId}: new-secret`,
      sealed_webhook_secret: before.sealed_webhook_secret,
    });
    expect(seen).toMatchObject([{ sealed_credentials: after.sealed_credentials }]);
    expect(world.bitbucket.calls).toEqual(['repository']);
    expect(queueOf(after)).toEqual(['register_hooks, running']);
  });

  it('accepts a new token, user and address of a server', async () => {
    const changes = { token: 'new-token', username: 'ada', url: 'https://new.example.org/git/' };
    const { run } = await update(changes, { server: {} });

    const after = await run();

    expect(after).toMatchObject({
      url: 'https://new.example.org/git',
      username: 'ada',
      sealed_credentials: `credentials of ${projectId}/${integrationId}: new-token`,
    });
    expect(queueOf(after)).toEqual(['register_hooks, running']);
  });

  it("never sends a server's token to another address, and requires the token again", async () => {
    const { run, before, world } = await update({ url: 'https://new.example.org' }, { server: {} });

    await expect(run()).rejects.toMatchObject({ fields: { token: 'Required with another url' } });
    expect(world.bitbucket.calls).toEqual([]);
    expect(await world.integration()).toEqual(before);
  });

  it("keeps a server's token when only the user name is new", async () => {
    const { run, before } = await update({ username: 'ada' }, { server: {} });

    expect(await run()).toMatchObject({ username: 'ada', sealed_credentials: before.sealed_credentials });
  });

  it("treats a server's address in another form as the same", async () => {
    const { run, before } = await update({ url: 'https://GIT.example.org/bitbucket/' }, { server: {} });

    expect(await run()).toEqual(before);
  });

  it('fetches too, after the webhook, when options include more', async () => {
    const { run } = await update({ app_credentials, build_fork_pull_requests: 'always' });

    expect(queueOf(await run())).toEqual(['register_hooks, running', 'fetch, waiting']);
  });

  it.each<[ErrorCode, IntegrationChanges, Parameters<typeof aWorld>[0], string]>([
    ['git_host_credentials', { app_credentials }, {}, 'app_credentials'],
    ['git_host_credentials', { token: 'wrong' }, { server: {} }, 'token'],
    ['git_host_unavailable', { url: 'https://away.example.org', token: 'new' }, { server: {} }, 'url'],
    ['address_refused', { url: 'https://git.internal', token: 'new' }, { server: {} }, 'url'],
    ['git_host_forbidden', { app_credentials }, {}, 'repository'],
    ['git_host_not_found', { repository: 'acme/unknown' }, {}, 'repository'],
  ])('names the field after %s, and changes nothing', async (code, changes, setting, field) => {
    const { world, before, run } = await update(changes, setting);
    world.bitbucket.fail('repository', new BoughError(code, 'No.'));

    await expect(run()).rejects.toMatchObject({
      code: 'invalid',
      fields: { [field]: expect.stringMatching(/^No\. \w+/) },
    });

    expect(await world.integration()).toEqual(before);
    expect(world.effects).toEqual([]);
  });

  it('reports an outage of Bitbucket Cloud', async () => {
    const { world, run } = await update({ app_credentials });
    world.bitbucket.fail('repository', new BoughError('git_host_unavailable', 'Bitbucket is down.'));

    await expect(run()).rejects.toMatchObject({ code: 'git_host_unavailable' });
  });
});

describe('changing the repository of an integration', () => {
  it('accepts a new name of the same repository', async () => {
    const { world, run } = await update({ repository: 'Acme/Homepage' });
    world.repository.full_name = 'acme/homepage';

    const after = await run();

    expect(after).toMatchObject({ repository: 'acme/homepage', repository_uuid: '{0f1e}' });
    expect(queueOf(after)).toEqual(['register_hooks, running']);
  });

  it('writes nothing for the current name, in any form', async () => {
    const { world, before, run } = await update({ repository: 'Acme/Website' });

    expect(await run()).toEqual(before);

    expect(await world.integration()).toEqual(before);
    expect(world.effects).toEqual([]);
  });

  it('refuses another repository, whose branches would replace those of the first', async () => {
    const { world, before, run } = await update({ repository: 'acme/another' });
    Object.assign(world.repository, { uuid: '{another}', full_name: 'acme/another' });

    await expect(run()).rejects.toMatchObject({
      code: 'invalid',
      fields: {
        repository: 'acme/another is another repository: remove this integration and add one for it',
      },
    });

    expect(await world.integration()).toEqual(before);
  });

  it('refuses an invalid repository', async () => {
    const { run } = await update({ repository: 'website' });

    await expect(run()).rejects.toMatchObject({
      code: 'invalid',
      fields: { repository: expect.stringContaining('owner/name') },
    });
  });
});
