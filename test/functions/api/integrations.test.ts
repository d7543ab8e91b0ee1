import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { call } from '../../support/api-events.ts';
import {
  anActivity,
  anEndedActivity,
  anEnvironment,
  apiUrl,
  apiWorld,
  credentials,
  logKey,
  webhookSecret,
} from '../../support/api-world.ts';
import { anIntegration, aProject } from '../../support/builders.ts';

const collection = '/projects/abcdefghijklm/integrations';
const body = { type: 'bitbucket', repository: 'acme/website', app_credentials: credentials };

async function aWorld(options: Parameters<typeof apiWorld>[0] = {}) {
  const world = apiWorld(options);
  await world.projects.save(aProject({ default_branch: null }));
  return world;
}

describe('POST /projects/{project}/integrations', () => {
  it('creates the integration and returns it with the activities that it started', async () => {
    const { handler } = await aWorld();

    const answer = await call(handler, 'POST', collection, { body });

    expect(answer).toMatchObject({
      status: 201,
      type: 'application/json',
      body: { status: 'Created', code: 201 },
    });
    const { entity, activities } = answer.body._embedded;
    expect(entity).toMatchObject({
      type: 'bitbucket',
      repository: 'acme/website',
      app_credentials: { key: credentials.key },
      fetch_branches: true,
      resync_pull_requests: false,
      environment_init_resources: 'default',
      build_fork_pull_requests: 'approved',
      last_delivery_at: null,
    });
    expect(activities).toMatchObject([
      { type: 'integration.bitbucket.register_hooks', state: 'in_progress', integration: entity.id },
      { type: 'integration.bitbucket.fetch', state: 'pending', completion_percent: 0, environments: [] },
    ]);
    expect((await call(handler, 'GET', `${collection}/${entity.id}`)).body).toEqual(entity);
    expect((await call(handler, 'GET', collection)).body).toEqual([entity]);
  });

  it('has an absolute link to the hook', async () => {
    const { handler } = await aWorld();

    const { entity } = (await call(handler, 'POST', collection, { body })).body._embedded;

    const self = `${apiUrl}${collection}/${entity.id}`;
    expect(entity._links).toMatchObject({ self: { href: self }, '#hook': { href: `${self}/hook` } });
  });

  it('returns no secrets', async () => {
    const { handler, integrations } = await aWorld();
    const created = await call(handler, 'POST', collection, { body });
    const { id } = created.body._embedded.entity;
    const stored = (await integrations.get('abcdefghijklm', id))!;

    const answers = [
      created,
      await call(handler, 'GET', collection),
      await call(handler, 'GET', `${collection}/${id}`),
      await call(handler, 'GET', `${collection}/${id}/activities`),
      await call(handler, 'GET', '/projects/abcdefghijklm'),
      await call(handler, 'POST', collection, { body }),
      await call(handler, 'POST', collection, { body: { ...body, secret: credentials.secret, type: 'x' } }),
    ];

    for (const { text } of answers) {
      for (const secret of [
        credentials.secret,
        webhookSecret,
        stored.sealed_credentials,
        stored.sealed_webhook_secret,
        logKey,
        stored.sealed_log_key!,
      ]) {
        expect(text).not.toContain(secret);
      }
    }
  });

  it.each([
    ['everything missing', {}, { type: 'Required' }],
    ['the rest missing', { type: 'bitbucket' }, { repository: 'Required', app_credentials: 'Required' }],
    [
      'half of the credentials',
      { ...body, app_credentials: { key: 'k' } },
      { 'app_credentials.secret': 'Required' },
    ],
    [
      'an empty secret',
      { ...body, app_credentials: { key: 'k', secret: '' } },
      { 'app_credentials.secret': 'Must not be empty' },
    ],
    [
      'a very long secret',
      { ...body, app_credentials: { key: 'k', secret: 'x'.repeat(5000) } },
      { 'app_credentials.secret': 'Must not be longer than 1000 characters' },
    ],
    ['a text for a boolean', { ...body, fetch_branches: 'yes' }, { fetch_branches: 'Must be a boolean' }],
    [
      'unknown fields',
      { ...body, fetch_branch: true, app_credentials: { ...credentials, scope: 'x' } },
      { fetch_branch: 'Unknown field', 'app_credentials.scope': 'Unknown field' },
    ],
    [
      'a field of another kind of integration',
      { ...body, token: 'x' },
      { token: 'Cannot be used with the integration type bitbucket' },
    ],
    [
      'a strategy for resources that there is not',
      { ...body, environment_init_resources: 'large' },
      { environment_init_resources: 'Must be one of: default, minimum, parent, manual' },
    ],
    [
      'a policy for forks that there is not',
      { ...body, build_fork_pull_requests: true },
      { build_fork_pull_requests: 'Must be one of: never, approved, always' },
    ],
    [
      'another kind of integration',
      { ...body, type: 'github' },
      { type: 'Must be one of: bitbucket, bitbucket_server' },
    ],
    [
      'a repository without an owner',
      { ...body, repository: 'website' },
      { repository: expect.stringContaining('owner/name') },
    ],
    [
      'wrong credentials',
      { ...body, app_credentials: { ...credentials, secret: 'wrong' } },
      { app_credentials: expect.stringContaining('valid Bitbucket credentials') },
    ],
    [
      'a repository that Bitbucket does not show',
      { ...body, repository: 'acme/other' },
      { repository: expect.stringContaining('acme/other') },
    ],
  ])('names the problem of %s, and creates nothing', async (_, sent, detail) => {
    const { handler, integrations, effects } = await aWorld();

    const answer = await call(handler, 'POST', collection, { body: sent });

    expect(answer).toMatchObject({ status: 400, type: 'application/json' });
    expect(answer.body).toEqual({ code: 400, detail });
    expect(await integrations.listOf('abcdefghijklm')).toEqual([]);
    expect(effects).toEqual([]);
  });

  it('reports an outage of Bitbucket with a remedy', async () => {
    const { handler } = await aWorld({
      hostFails: new BoughError('git_host_unavailable', 'Bitbucket is down.'),
    });

    expect(await call(handler, 'POST', collection, { body })).toMatchObject({
      status: 502,
      body: { code: 502, message: 'Bitbucket is down.', detail: { error: 'git_host_unavailable' } },
    });
  });
});

describe('GET /projects/{project}/integrations/{integration}', () => {
  it('returns 404 for an unknown integration', async () => {
    const { handler } = await aWorld();

    expect(await call(handler, 'GET', `${collection}/unknown`)).toMatchObject({
      status: 404,
      body: { code: 404 },
    });
  });
});

describe('GET /projects/{project}/integrations/{integration}/activities', () => {
  it('lists only its own activities, open and ended', async () => {
    const { handler, integrations, environments } = await aWorld();
    const fetch = { type: 'integration.bitbucket.fetch' as const };
    const running = anActivity({ ...fetch, id: 'c', created_at: '2026-11-22T10:02:00.000Z' });
    const ended = anEndedActivity({ ...fetch, id: 'b', created_at: '2026-11-22T10:01:00.000Z' });
    await integrations.save(anIntegration({ activities: [running] }), [ended]);
    await environments.save(anEnvironment({ activities: [anActivity({ id: 'd' })] }), [
      anEndedActivity({ id: 'a' }),
    ]);

    const { body: activities } = await call(handler, 'GET', `${collection}/integration23/activities`);

    expect(activities).toMatchObject([
      { id: 'c', state: 'in_progress', result: null },
      { id: 'b', state: 'complete', result: 'success', completion_percent: 100 },
    ]);
  });
});
