import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { call } from '../../support/api-events.ts';
import { anEnvironment, apiUrl, apiWorld, credentials, webhookSecret } from '../../support/api-world.ts';
import { aProject, projectId } from '../../support/builders.ts';

const collection = `/projects/${projectId}/integrations`;

/** A project with a newly added integration. */
async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  const body = { type: 'bitbucket', repository: 'acme/website', app_credentials: credentials };
  const { entity } = (await call(world.handler, 'POST', collection, { body })).body._embedded;
  const self: string = `${collection}/${entity.id}`;
  const stored = async () => {
    const integration = await world.integrations.get(projectId, entity.id);
    if (!integration) throw new Error('The integration was removed');
    return integration;
  };
  return { ...world, self, entity, stored };
}

describe('PATCH /projects/{project}/integrations/{integration}', () => {
  it('changes the given fields and returns the whole integration', async () => {
    const { handler, self, entity } = await aWorld();

    const { status, body } = await call(handler, 'PATCH', self, { body: { build_pull_requests: false } });

    expect(status).toBe(200);
    expect(body._embedded.entity).toMatchObject({
      ...entity,
      build_pull_requests: false,
      updated_at: expect.anything(),
    });
    expect((await call(handler, 'GET', self)).body).toEqual(body._embedded.entity);
  });

  it('returns the activities that it starts, without those that were open before', async () => {
    const { handler, self } = await aWorld();

    const { body } = await call(handler, 'PATCH', self, { body: { app_credentials: credentials } });
    expect(body._embedded.activities).toMatchObject([
      { type: 'integration.bitbucket.register_hooks', state: 'pending' },
    ]);

    const nothing = await call(handler, 'PATCH', self, { body: { resync_pull_requests: true } });
    expect(nothing.body._embedded.activities).toEqual([]);
  });

  it('returns 200 even when it starts activities, because clients read no other body of a change', async () => {
    const { handler, self } = await aWorld();

    for (const body of [{}, { resync_pull_requests: true }, { build_fork_pull_requests: 'always' }]) {
      expect(await call(handler, 'PATCH', self, { body })).toMatchObject({
        status: 200,
        body: { status: 'OK', code: 200 },
      });
    }
  });

  it('accepts the type, because clients send it, and does not change it', async () => {
    const { handler, self } = await aWorld();

    const { body } = await call(handler, 'PATCH', self, { body: { type: 'bitbucket_server' } });

    expect(body._embedded.entity).toMatchObject({ type: 'bitbucket' });
  });

  it('applies the number of pages of pull requests, and fetches at once when it grows', async () => {
    const { handler, self } = await aWorld();
    const limit = async (pull_requests_max_pages: number | null) => {
      const { body } = await call(handler, 'PATCH', self, { body: { pull_requests_max_pages } });
      const { entity, activities } = body._embedded;
      expect(entity).toMatchObject({ pull_requests_max_pages });
      return activities.length;
    };

    expect(await limit(1)).toBe(0);
    expect(await limit(2)).toBe(1);
    expect(await limit(null)).toBe(1);
    expect((await call(handler, 'GET', self)).body).toMatchObject({ pull_requests_max_pages: null });
  });

  it('accepts new credentials that Bitbucket accepts', async () => {
    const { handler, self, stored } = await aWorld();
    const before = await stored();

    const refused = { app_credentials: { ...credentials, secret: 'wrong' } };
    expect(await call(handler, 'PATCH', self, { body: refused })).toMatchObject({
      status: 400,
      body: { code: 400, detail: { app_credentials: expect.stringContaining('refused') } },
    });
    expect(await stored()).toEqual(before);

    const { status, text } = await call(handler, 'PATCH', self, { body: { app_credentials: credentials } });
    expect(status).toBe(200);
    expect(text).not.toContain(credentials.secret);
  });

  it.each([
    [
      'a grace period of more than 90 days',
      { prune_grace_hours: 2161 },
      { prune_grace_hours: 'Must be a whole number from 0 to 2160' },
    ],
    [
      'more than all of the environments',
      { prune_limit: { percent: 101 } },
      { 'prune_limit.percent': 'Must be a whole number from 0 to 100' },
    ],
    ['a text for a boolean', { prune_branches: 'no' }, { prune_branches: 'Must be a boolean' }],
    ['half of the credentials', { app_credentials: { key: 'k' } }, { 'app_credentials.secret': 'Required' }],
    ['an unknown field', { fetch_branch: true }, { fetch_branch: 'Unknown field' }],
    ['a field of a server', { token: 'x' }, { token: 'Cannot be used with the integration type bitbucket' }],
    ['a repository that is none', { repository: 'x' }, { repository: expect.stringContaining('owner/name') }],
    [
      'a repository on another host',
      { repository: 'git@github.com:acme/website.git' },
      { repository: 'Is on github.com, and this integration is with bitbucket.org' },
    ],
    ['no pages', { pull_requests_max_pages: 0 }, { pull_requests_max_pages: 'Must be at least 1' }],
    ['half a page', { pull_requests_max_pages: 1.5 }, { pull_requests_max_pages: 'Must be a whole number' }],
    ['pages in words', { pull_requests_max_pages: 'all' }, { pull_requests_max_pages: 'Must be a number' }],
    [
      'discontinued credentials',
      { addon_credentials: { addon_key: 'x' } },
      { addon_credentials: expect.stringContaining('use app_credentials') },
    ],
    ['a list', [], { body: 'Must be an object' }],
  ])('names the problem of %s, and changes nothing', async (_, body, detail) => {
    const { handler, self, stored } = await aWorld();
    const before = await stored();

    const answer = await call(handler, 'PATCH', self, { body });

    expect(answer).toMatchObject({ status: 400, body: { code: 400, detail } });
    expect(await stored()).toEqual(before);
  });
});

describe('the limit of deletions at once', () => {
  it('can be changed field by field', async () => {
    const { handler, self, stored } = await aWorld();

    const answer = await call(handler, 'PATCH', self, { body: { prune_limit: { percent: 50 } } });

    const prune_limit = { environments: 5, percent: 50 };
    expect(answer).toMatchObject({ status: 200, body: { _embedded: { entity: { prune_limit } } } });
    expect(await stored()).toMatchObject({ prune_limit });
  });
});

describe('DELETE /projects/{project}/integrations/{integration}', () => {
  it('removes the integration and its webhook, and keeps the environments', async () => {
    const { handler, self, bitbucket, environments, entity } = await aWorld();
    await environments.save(anEnvironment({ integration: entity.id }));
    await bitbucket.host.ensureWebhook({ url: `${apiUrl}${self}/hook`, secret: webhookSecret });

    const { status, body } = await call(handler, 'DELETE', self, { body: {} });

    expect(status).toBe(200);
    expect(body).toEqual({ status: 'OK', code: 200, webhook_error: null, environments: 1 });
    expect(bitbucket.hooks).toEqual([]);
    expect((await call(handler, 'GET', collection)).body).toEqual([]);
    expect(await environments.listOf(projectId)).toHaveLength(1);
  });

  it('removes the integration when its webhook cannot be removed, and returns the reason', async () => {
    const { handler, self, bitbucket } = await aWorld();
    bitbucket.fail('removeWebhook', new BoughError('git_host_forbidden', 'No access to webhooks.'));

    const { status, body } = await call(handler, 'DELETE', self);

    expect(status).toBe(200);
    expect(body.webhook_error).toContain('No access to webhooks.');
    expect((await call(handler, 'GET', self)).status).toBe(404);
  });
});

describe.each(['PATCH', 'DELETE'])('%s of an integration that does not exist', (method) => {
  it.each([
    ['in a project', `${collection}/unknown`],
    ['in no project', '/projects/unknown/integrations/unknown'],
  ])('is not found: %s', async (_, path) => {
    const { handler } = await aWorld();

    expect(await call(handler, method, path, { body: {} })).toMatchObject({
      status: 404,
      body: { code: 404, detail: { error: 'not_found' } },
    });
  });
});
