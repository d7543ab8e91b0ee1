import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { apiUrl, apiWorld, credentials, webhookSecret } from '../../support/api-world.ts';
import { aProject, projectId } from '../../support/builders.ts';

const collection = `/projects/${projectId}/integrations`;

/** A project with one integration, whose webhook is registered. */
async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  const body = { type: 'bitbucket', repository: 'acme/website', app_credentials: credentials };
  const { entity } = (await call(world.handler, 'POST', collection, { body })).body._embedded;
  const hookUrl: string = entity._links['#hook'].href;
  await world.bitbucket.host.ensureWebhook({ url: hookUrl, secret: webhookSecret });
  return { ...world, entity, hookUrl, self: `${collection}/${entity.id}` };
}

describe('POST /projects/{project}/integrations/{integration}/validate', () => {
  it.each([
    ['without a body', undefined],
    ['with an empty one', ''],
    ['with an empty document', {}],
  ])('succeeds for a valid integration, %s', async (_, body) => {
    const { handler, self, entity } = await aWorld();

    expect(await call(handler, 'POST', `${self}/validate`, { body })).toMatchObject({
      status: 200,
      type: 'application/json',
      body: { status: 'OK', code: 200, _embedded: { entity: { id: entity.id }, activities: [] } },
    });
  });

  it('names every invalid field with its remedy', async () => {
    const { handler, self, bitbucket, hookUrl } = await aWorld();
    bitbucket.hooks.length = 0;
    bitbucket.permissions.missing.push('Pull requests: Read');

    const answer = await call(handler, 'POST', `${self}/validate`);

    expect(answer).toMatchObject({ status: 400, type: 'application/json' });
    expect(answer.body).toEqual({
      code: 400,
      detail: {
        app_credentials: expect.stringContaining('Pull requests: Read'),
        webhook: expect.stringContaining(hookUrl),
      },
    });
    expect(answer.text).not.toContain(webhookSecret);
  });

  it('changes nothing', async () => {
    const { handler, self, integrations, effects } = await aWorld();
    const [before, started] = [await integrations.listOf(projectId), effects.length];

    await call(handler, 'POST', `${self}/validate`);

    expect(await integrations.listOf(projectId)).toEqual(before);
    expect(effects).toHaveLength(started);
  });

  it('is a server error when the check cannot be made', async () => {
    const { handler, self, bitbucket } = await aWorld();
    bitbucket.fail('findWebhook', new Error('socket hang up 10.1.2.3'));

    const answer = await call(handler, 'POST', `${self}/validate`);

    expect(answer).toMatchObject({ status: 500, body: { detail: { error: 'internal' } } });
    expect(answer.text).not.toContain('10.1.2.3');
  });
});

describe('POST /projects/{project}/integrations/{integration}/hook-secret', () => {
  it('returns the address and the secret for a webhook that is added by hand', async () => {
    const { handler, self, hookUrl } = await aWorld();

    const { status, body } = await call(handler, 'POST', `${self}/hook-secret`);

    expect(status).toBe(200);
    expect(body).toEqual({ url: hookUrl, secret: webhookSecret });
  });

  it.each(['GET', 'PATCH', 'DELETE'])(
    'does not accept %s, so that read-only callers cannot read it',
    async (method) => {
      const { handler, self } = await aWorld();

      const answer = await call(handler, method, `${self}/hook-secret`, { body: {} });

      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain(webhookSecret);
    },
  );

  it('is linked from the integration', async () => {
    const { self, entity } = await aWorld();

    expect(entity._links).toMatchObject({
      '#validate': { href: `${apiUrl}${self}/validate` },
      '#hook-secret': { href: `${apiUrl}${self}/hook-secret` },
      '#edit': { href: `${apiUrl}${self}` },
      '#delete': { href: `${apiUrl}${self}` },
    });
  });
});

it('no response to GET contains a secret', async () => {
  const { handler, self } = await aWorld();
  const paths = [
    '/projects',
    `/projects/${projectId}`,
    `/projects/${projectId}/activities`,
    `/projects/${projectId}/environments`,
    collection,
    self,
    `${self}/activities`,
    `${self}/hook`,
    `${self}/hook-secret`,
    `${self}/validate`,
  ];

  for (const path of paths) {
    const { text } = await call(handler, 'GET', path);
    expect(text).not.toContain(webhookSecret);
    expect(text).not.toContain(credentials.secret);
    expect(text).not.toMatch(/sealed/);
  }
});

describe.each(['validate', 'hook-secret'])('POST …/%s of an integration that does not exist', (operation) => {
  it.each([
    ['in a project', `${collection}/unknown`],
    ['in no project', '/projects/unknown/integrations/unknown'],
  ])('is not found: %s', async (_, path) => {
    const { handler } = await aWorld();

    expect(await call(handler, 'POST', `${path}/${operation}`)).toMatchObject({ status: 404 });
  });
});
