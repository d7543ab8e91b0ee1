import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, DEMO, git, push, startWebsite, WEBSITE, type Website } from '../support/bitbucket.ts';

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());

const names = (body: unknown) => (at(body, 'values') as unknown[]).map((each) => at(each, 'name'));

describe('a repository', () => {
  it('contains its uuid, its main branch and its clone link', async () => {
    const { status, body } = await site.api('GET', WEBSITE);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      type: 'repository',
      full_name: 'acme/website',
      slug: 'website',
      uuid: expect.stringMatching(/^\{[0-9a-f-]{36}\}$/),
      is_private: true,
      mainbranch: { type: 'branch', name: 'main' },
      workspace: { slug: 'acme' },
      links: { clone: [{ name: 'https', href: `${site.playground.gitUrl}/acme/website.git` }] },
    });
  });

  it("is found by its uuid, with the workspace's slug or uuid", async () => {
    const uuid = encodeURIComponent(String(at((await site.api('GET', WEBSITE)).body, 'uuid')));

    const { body } = await site.api('GET', `/repositories/%7B%7D/${uuid}`);

    expect(at(body, 'full_name')).toBe('acme/website');
  });

  it.each([
    ['fields=full_name,mainbranch.name', { full_name: 'acme/website', mainbranch: { name: 'main' } }],
    ['fields=full_name,nothing', { full_name: 'acme/website' }],
  ])('is reduced to %s', async (query, expected) => {
    expect((await site.api('GET', `${WEBSITE}?${query}`)).body).toEqual(expected);
  });

  it('is unknown under another name', async () => {
    const { status, body } = await site.api('GET', '/repositories/acme/nothing');

    expect(status).toBe(404);
    expect(body).toMatchObject({ type: 'error', error: { message: 'Repository acme/nothing not found' } });
  });

  it('is created once', async () => {
    const first = await site.api('POST', '/repositories/acme/second', { scm: 'git', description: 'Two' });
    const again = await site.api('POST', '/repositories/acme/second', { scm: 'git' });

    expect([first.status, again.status]).toEqual([200, 400]);
    expect(first.body).toMatchObject({ full_name: 'acme/second', description: 'Two', mainbranch: null });
    expect(at(again.body, 'error.message')).toBe('slug: Repository with this Slug and Owner already exists.');
    await push(await site.clone('acme/second'), { branch: 'main' });
  });

  it('is forked with its branches', async () => {
    const fork = await site.api('POST', `${WEBSITE}/forks`, { workspace: { slug: 'ada' } });

    expect(fork.status).toBe(201);
    expect(fork.body).toMatchObject({ full_name: 'ada/website', parent: { full_name: 'acme/website' } });
    expect(names((await site.api('GET', '/repositories/ada/website/refs/branches')).body)).toContain('main');
    expect((await site.api('GET', `${WEBSITE}/forks`)).body).toMatchObject({
      size: 1,
      values: [{ full_name: 'ada/website' }],
    });
  });

  it('is listed with the other repositories of its workspace', async () => {
    const { body } = await site.api('GET', '/repositories/acme?q=name="website"');

    expect(body).toMatchObject({ size: 1, values: [{ full_name: 'acme/website' }] });
  });
});

describe('a renamed repository', () => {
  const rename = (from: string, name: string) => site.api('PUT', `/repositories/acme/${from}`, { name });
  const create = (slug: string) => site.playground.createRepository(`acme/${slug}`);
  const ask = (path: string, method = 'GET') =>
    fetch(`${site.playground.apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: { Authorization: DEMO },
    });

  it('keeps its uuid, and the response contains its new URL', async () => {
    const { uuid } = await create('before');

    const { status, body, headers } = await rename('before', 'After All');

    expect(status).toBe(200);
    expect(body).toMatchObject({ uuid, full_name: 'acme/after-all', name: 'After All', slug: 'after-all' });
    expect(headers.get('location')).toBe(`${site.playground.apiUrl}/repositories/acme/after-all`);
  });

  it('redirects every call of its old URL', async () => {
    await create('from');
    await rename('from', 'to');

    const responses = await Promise.all([
      ask('/repositories/acme/from'),
      ask('/repositories/acme/from/refs/branches?pagelen=2'),
      ask('/repositories/acme/from/hooks', 'POST'),
    ]);

    const to = `${site.playground.apiUrl}/repositories/acme/to`;
    expect(responses.map(({ status }) => status)).toEqual([301, 301, 301]);
    expect(responses.map(({ headers }) => headers.get('location'))).toEqual([
      to,
      `${to}/refs/branches?pagelen=2`,
      `${to}/hooks`,
    ]);
  });

  it('is cloned from its old URL', async () => {
    await create('cloned');
    await push(await site.clone('acme/cloned'), { branch: 'main' });
    await rename('cloned', 'cloned-later');

    const clone = await site.clone('acme/cloned');

    expect(await git(clone, 'branch', '--list')).toBe('* main');
  });

  it('does not redirect once a new repository has its old name', async () => {
    await create('mine');
    await rename('mine', 'yours');
    const { uuid } = await create('mine');

    expect(at((await site.api('GET', '/repositories/acme/mine')).body, 'uuid')).toBe(uuid);
  });

  it('cannot take the name of another repository', async () => {
    await create('free');

    const { status, body } = await rename('free', 'website');

    expect({ status, message: at(body, 'error.message') }).toEqual({
      status: 400,
      message: 'slug: Repository with this Slug and Owner already exists.',
    });
  });
});

describe('changing a repository', () => {
  it('sets the main branch to an existing branch', async () => {
    await site.playground.createRepository('acme/switched');
    const clone = await site.clone('acme/switched');
    await push(clone, { branch: 'main' });
    await push(clone, { branch: 'trunk' });
    const path = '/repositories/acme/switched';

    const { body } = await site.api('PUT', path, { mainbranch: { name: 'trunk' } });
    const refused = await site.api('PUT', path, { mainbranch: { name: 'none' } });

    expect(at(body, 'mainbranch.name')).toBe('trunk');
    expect({ status: refused.status, message: at(refused.body, 'error.message') }).toEqual({
      status: 400,
      message: 'mainbranch: branch not found: none',
    });
  });

  it('deletes it', async () => {
    await site.playground.createRepository('acme/gone');

    expect((await site.api('DELETE', '/repositories/acme/gone')).status).toBe(204);
    expect((await site.api('GET', '/repositories/acme/gone')).status).toBe(404);
  });

  it('requires more than the scopes of an integration', async () => {
    expect((await site.api('PUT', WEBSITE, { name: 'x' }, await site.bearer())).status).toBe(403);
  });
});
