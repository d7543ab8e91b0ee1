import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { apiWorld, credentials } from '../../support/api-world.ts';
import { aProject, aServerIntegration, projectId } from '../../support/builders.ts';

const collection = `/projects/${projectId}/integrations`;
const body = {
  type: 'bitbucket_server',
  url: 'https://git.example.org/bitbucket/',
  username: credentials.key,
  token: credentials.secret,
  project: 'ACME',
  repository: 'website',
};

async function aWorld(options: Parameters<typeof apiWorld>[0] = {}) {
  const world = apiWorld(options);
  await world.projects.save(aProject());
  return world;
}

describe('POST /projects/{project}/integrations with a server', () => {
  it('creates the integration and returns project and repository as two fields', async () => {
    const { handler } = await aWorld();

    const { status, body: answer } = await call(handler, 'POST', collection, { body });

    expect(status).toBe(201);
    expect(answer._embedded.entity).toMatchObject({
      type: 'bitbucket_server',
      url: 'https://git.example.org/bitbucket',
      username: credentials.key,
      project: 'acme',
      repository: 'website',
      fetch_branches: true,
    });
    expect(answer._embedded.entity).not.toHaveProperty('app_credentials');
    expect(answer._embedded.activities).toMatchObject([
      { type: 'integration.bitbucket_server.register_hooks' },
      { type: 'integration.bitbucket_server.fetch' },
    ]);
  });

  it.each([
    ['in one', 'ACME/website'],
    ['as the URL of its page', 'https://git.example.org/bitbucket/projects/ACME/repos/website/browse'],
    ['as its clone URL', 'https://git.example.org/bitbucket/scm/acme/website.git'],
  ])('accepts project and repository %s', async (_, repository) => {
    const { handler } = await aWorld();
    const { project: _project, ...rest } = body;

    const { body: answer } = await call(handler, 'POST', collection, { body: { ...rest, repository } });

    expect(answer._embedded.entity).toMatchObject({ project: 'acme', repository: 'website' });
  });

  it('returns a personal project with its tilde', async () => {
    const { handler } = await aWorld({ repository: '~ada/website' });

    const { body: answer } = await call(handler, 'POST', collection, { body: { ...body, project: '~ada' } });

    expect(answer._embedded.entity).toMatchObject({ project: '~ada', repository: 'website' });
  });

  it('does not return the token', async () => {
    const { handler } = await aWorld();
    const created = await call(handler, 'POST', collection, { body });
    const self = `${collection}/${created.body._embedded.entity.id}`;

    for (const { text } of [
      created,
      await call(handler, 'GET', self),
      await call(handler, 'GET', collection),
      await call(handler, 'PATCH', self, { body: { token: credentials.secret } }),
      await call(handler, 'POST', `${self}/validate`),
      await call(handler, 'DELETE', self),
    ]) {
      expect(text).not.toContain(credentials.secret);
      expect(text).not.toContain('sealed');
    }
  });

  it.each([
    [
      'everything missing',
      { type: 'bitbucket_server' },
      { url: 'Required', username: 'Required', token: 'Required', repository: 'Required' },
    ],
    [
      'the credentials of another type',
      { ...body, app_credentials: credentials },
      { app_credentials: 'Cannot be used with the integration type bitbucket_server' },
    ],
    ['an unknown field', { ...body, base: 'x' }, { base: 'Unknown field' }],
    [
      'a limit that Bitbucket Server has none of',
      { ...body, pull_requests_max_pages: 1 },
      { pull_requests_max_pages: 'Cannot be used with the integration type bitbucket_server' },
    ],
    [
      'an address that is none',
      { ...body, url: 'git' },
      { url: expect.stringContaining('URL of the server') },
    ],
    [
      'a repository in a repository',
      { ...body, repository: 'ACME/website' },
      { repository: expect.stringContaining('owner/name') },
    ],
    ['a wrong token', { ...body, token: 'wrong' }, { token: expect.stringContaining('refused') }],
  ])('names the problem of %s, and creates nothing', async (_, sent, detail) => {
    const { handler, integrations } = await aWorld();

    const answer = await call(handler, 'POST', collection, { body: sent });

    expect(answer).toMatchObject({ status: 400, type: 'application/json' });
    expect(answer.body).toEqual({ code: 400, detail });
    expect(await integrations.listOf(projectId)).toEqual([]);
  });
});

describe('PATCH /projects/{project}/integrations/{integration} of a server', () => {
  const self = `${collection}/integration23`;
  const aServerWorld = async () => {
    const world = await aWorld({ repository: 'acme/website' });
    const sealed_credentials = await world.ports.secrets.seal(
      'credentials',
      { project: projectId, id: 'integration23' },
      credentials.secret,
    );
    await world.integrations.save(
      aServerIntegration({ username: credentials.key, repository_uuid: '{0f1e}', sealed_credentials }),
    );
    return world;
  };

  it.each([
    [
      'its address, with the token',
      { url: 'https://new.example.org', token: credentials.secret },
      { url: 'https://new.example.org' },
    ],
    ['its token', { token: credentials.secret }, {}],
    ['its options', { resync_pull_requests: true }, { resync_pull_requests: true }],
    [
      'project and repository, as two',
      { project: 'ACME', repository: 'website' },
      { project: 'ACME', repository: 'website' },
    ],
    ['project and repository, in one', { repository: 'ACME/website' }, {}],
    ['nothing at all', {}, {}],
    ['the type, which stays', { type: 'bitbucket_server' }, {}],
  ])('accepts %s', async (_, changes, shown) => {
    const { handler } = await aServerWorld();

    const answer = await call(handler, 'PATCH', self, { body: changes });

    expect(answer).toMatchObject({ status: 200, body: { _embedded: { entity: shown } } });
    expect((await call(handler, 'GET', self)).body).toEqual(answer.body._embedded.entity);
  });

  it.each([
    ['a project without its repository', { project: 'OTHER' }, { repository: 'Required with project' }],
    [
      'the credentials of another type',
      { app_credentials: credentials },
      { app_credentials: 'Cannot be used with the integration type bitbucket_server' },
    ],
    ['a wrong token', { token: 'wrong' }, { token: expect.stringContaining('refused') }],
    ['an empty token', { token: '' }, { token: 'Must not be empty' }],
    ['an address that is none', { url: 'x' }, { url: expect.stringContaining('URL of the server') }],
    [
      'an unknown repository',
      { repository: 'ACME/other' },
      { repository: expect.stringContaining('ACME/other') },
    ],
  ])('names the problem of %s, and changes nothing', async (_, changes, detail) => {
    const { handler, integrations } = await aServerWorld();
    const before = await integrations.get(projectId, 'integration23');

    const answer = await call(handler, 'PATCH', self, { body: changes });

    expect(answer).toMatchObject({ status: 400, body: { code: 400, detail } });
    expect(await integrations.get(projectId, 'integration23')).toEqual(before);
  });
});
