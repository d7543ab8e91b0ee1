import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { apiUrl, apiWorld } from '../../support/api-world.ts';
import { aProject } from '../../support/builders.ts';

describe('POST /projects', () => {
  it('creates a project and returns it', async () => {
    const { handler, projects } = apiWorld();

    const { status, type, body } = await call(handler, 'POST', '/projects', { body: { title: 'Website' } });

    expect([status, type]).toEqual([201, 'application/json']);
    expect(body).toMatchObject({ status: 'Created', code: 201, _embedded: { activities: [] } });
    const { entity } = body._embedded;
    expect(entity).toMatchObject({ title: 'Website', default_branch: null });
    expect(await projects.get(entity.id)).toMatchObject({ title: 'Website' });
    expect((await call(handler, 'GET', `/projects/${entity.id}`)).body).toEqual(entity);
  });

  it('decodes a body that API Gateway encoded', async () => {
    const { handler } = apiWorld();

    const { body } = await call(handler, 'POST', '/projects', { body: { title: 'Größe' }, base64: true });

    expect(body._embedded.entity.title).toBe('Größe');
  });

  it.each([
    ['no title', {}, { title: 'Required' }],
    ['an empty title', { title: ' ' }, { title: 'Required' }],
    ['a number for a title', { title: 7 }, { title: 'Must be a string' }],
    ['an unknown field', { title: 'x', plan: 'large' }, { plan: 'Unknown field' }],
    ['a list', [], { body: 'Must be an object' }],
    ['an empty body', '', { title: 'Required' }],
    ['null', null, { body: 'Must be an object' }],
  ])('names the problem of %s', async (_, body, detail) => {
    const { handler, projects } = apiWorld();

    expect(await call(handler, 'POST', '/projects', { body })).toMatchObject({
      status: 400,
      type: 'application/json',
      body: { code: 400, detail },
    });
    for await (const project of projects.list()) expect(project).toBeUndefined();
  });

  it.each([['{"title":'], ['title']])('refuses a body that is not JSON: %j', async (body) => {
    const { handler } = apiWorld();

    const answer = await call(handler, 'POST', '/projects', { body });

    expect(answer).toMatchObject({ status: 400, type: 'application/json' });
    expect(answer.body.detail).toEqual({ error: 'malformed_json', remedy: expect.any(String) });
  });
});

describe('a body whose content type is not JSON', () => {
  it.each([
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    'application/jsonp',
    null,
  ])('is refused, because any web page could send it: %s', async (type) => {
    const { handler, projects } = apiWorld();

    const answer = await call(handler, 'POST', '/projects', { body: { title: 'x' }, type });

    expect(answer).toMatchObject({ status: 415, body: { detail: { error: 'unsupported_media_type' } } });
    for await (const project of projects.list()) expect(project).toBeUndefined();
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset=UTF-8'])(
    'is taken as %s',
    async (type) => {
      const { handler } = apiWorld();

      expect(await call(handler, 'POST', '/projects', { body: { title: 'x' }, type })).toMatchObject({
        status: 201,
      });
    },
  );
});

describe('GET /projects in pages', () => {
  it.each([1, 2, 3, 50])('links through all projects with %d per page', async (count) => {
    const { handler, projects } = apiWorld();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) await projects.save(aProject({ id }));

    const read: string[][] = [];
    let query: string | undefined = `count=${count}`;
    while (query) {
      const { body, headers } = await call(handler, 'GET', '/projects', { query });
      read.push(body.map(({ id }: { id: string }) => id));
      query = /^<https:\/\/api\.example\.org\/projects\?(.+)>; rel="next"$/.exec(
        `${headers['link'] ?? ''}`,
      )?.[1];
    }

    expect(read.flat()).toEqual(ids);
    expect(read).toHaveLength(Math.ceil(ids.length / count));
  });

  it.each([
    ['count=none', { count: 'Must be a whole number from 1 to 1000' }],
    ['page=2', { page: 'Unknown field' }],
  ])('names the problem of a query: %s', async (query, detail) => {
    const { handler } = apiWorld();

    expect(await call(handler, 'GET', '/projects', { query })).toMatchObject({
      status: 400,
      body: { code: 400, detail },
    });
  });
});

describe('GET /projects', () => {
  it('is an array of full resources', async () => {
    const { handler, projects } = apiWorld();
    await projects.save(aProject());
    await projects.save(aProject({ id: 'zyxwvutsrqpon', title: 'Shop' }));

    const { status, body } = await call(handler, 'GET', '/projects');

    expect(status).toBe(200);
    expect(body.map(({ title }: { title: string }) => title)).toEqual(['Website', 'Shop']);
    expect(body[0]).toEqual((await call(handler, 'GET', '/projects/abcdefghijklm')).body);
  });
});

describe('GET /projects/{project}', () => {
  it('has absolute links to its collections', async () => {
    const { handler, projects } = apiWorld();
    await projects.save(aProject());

    const { body } = await call(handler, 'GET', '/projects/abcdefghijklm');

    const self = `${apiUrl}/projects/abcdefghijklm`;
    expect(body._links).toMatchObject({
      self: { href: self },
      environments: { href: `${self}/environments` },
      integrations: { href: `${self}/integrations` },
    });
  });

  it.each([
    ['/projects/unknown'],
    [`/projects/${'x'.repeat(3000)}`],
    ['/projects/unknown/environments'],
    ['/projects/unknown/environments/main/activities'],
    ['/projects/unknown/integrations'],
    ['/projects/unknown/integrations/x/activities'],
    ['/projects/unknown/activities'],
    ['/projects/unknown/activities/x/log'],
    ['/projects//environments'],
    ['/projects/%'],
  ])('is not found at %s', async (path) => {
    const { handler } = apiWorld();

    const answer = await call(handler, 'GET', path);

    expect(answer).toMatchObject({ status: 404, type: 'application/json' });
    expect(answer.body).toEqual({
      code: 404,
      message: expect.stringContaining('There is no'),
      detail: { error: 'not_found', remedy: expect.any(String) },
    });
  });
});

describe('the management API', () => {
  it('hides the message of an unexpected error and logs it', async () => {
    const world = apiWorld();
    world.ports.projects.get = () => Promise.reject(new Error('connect ECONNREFUSED table-42'));

    const answer = await call(world.handler, 'GET', '/projects/abcdefghijklm');

    expect(answer).toMatchObject({
      status: 500,
      type: 'application/json',
      body: { detail: { error: 'internal' } },
    });
    expect(answer.text).not.toContain('table-42');
    expect(world.reported).toEqual([
      {
        message: 'request failed',
        fields: expect.objectContaining({
          request: 'request-1',
          error: expect.objectContaining({ cause: new Error('connect ECONNREFUSED table-42') }),
        }),
      },
    ]);
  });

  it.each([
    ['/projects/p1', { project: 'p1' }],
    ['/projects/p1/environments/feature%2Fx/activities', { project: 'p1' }],
    ['/projects/p1/integrations/i1', { project: 'p1', integration: 'i1' }],
    ['/projects/p1/activities/a1/log', { project: 'p1', activity: 'a1' }],
  ])('logs the project and resource of a failed request: %s', async (path, subject) => {
    const world = apiWorld();
    world.ports.projects.get = () => Promise.reject(new Error('DynamoDB is away'));

    await call(world.handler, 'GET', path);

    expect(world.reported).toMatchObject([{ message: 'request failed', fields: subject }]);
  });

  it('reports a conflict as 409, to be retried', async () => {
    const world = apiWorld();
    await world.projects.save(aProject());
    world.ports.newId = () => 'abcdefghijklm';

    const answer = await call(world.handler, 'POST', '/projects', { body: { title: 'Again' } });

    expect(answer).toMatchObject({ status: 409, body: { code: 409, detail: { error: 'conflict' } } });
  });

  it('accepts no other methods', async () => {
    const { handler } = apiWorld();

    expect(await call(handler, 'DELETE', '/projects', { body: {} })).toMatchObject({ status: 404 });
  });
});
