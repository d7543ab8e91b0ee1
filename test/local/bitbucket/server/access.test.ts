import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, basic, DEMO, git, startWebsite } from '../support/bitbucket.ts';
import { ADMIN, READER, REPO, type ServerSite, startServerSite, WRITER } from '../support/server.ts';

let site: ServerSite;
beforeAll(async () => {
  site = await startServerSite();
});
afterAll(() => site.end());

const remote = () => `${site.playground.serverUrl}/scm/acme/website.git`;
const withHeader = (authorization: string) => ['-c', `http.extraHeader=Authorization: ${authorization}`];
const hooks = `${REPO}/webhooks`;

describe('the REST API of Server', () => {
  it.each([
    ['an HTTP access token', READER, 'bough'],
    ["a person's password", DEMO, 'demo'],
  ])('accepts %s, and the response names its user', async (_, authorization, name) => {
    const { status, headers } = await site.rest('GET', REPO, undefined, authorization);

    expect({ status, name: headers.get('x-ausername') }).toEqual({ status: 200, name });
  });

  it.each([
    ['no credentials', null, 'AuthorisationException'],
    ['an unknown token', 'Bearer made-up', 'auth.IncorrectPasswordAuthenticationException'],
    ['a wrong password', basic('demo', 'wrong'), 'auth.IncorrectPasswordAuthenticationException'],
    ['a token as a password', basic('bough', 'read-token'), 'auth.IncorrectPasswordAuthenticationException'],
    [
      'a token as a name',
      basic('x-token-auth', 'read-token'),
      'auth.IncorrectPasswordAuthenticationException',
    ],
  ])('answers 401 to %s', async (_, authorization, exception) => {
    const { status, body, headers } = await site.rest('GET', REPO, undefined, authorization);

    expect({ status, name: headers.get('x-ausername') }).toEqual({ status: 401, name: null });
    expect(body).toEqual({
      errors: [
        { context: null, message: expect.any(String), exceptionName: `com.atlassian.bitbucket.${exception}` },
      ],
    });
  });

  it.each([
    ['a reader', READER, [200, 401, 401]],
    ['a writer', WRITER, [200, 200, 401]],
    ['an administrator', ADMIN, [200, 200, 200]],
  ])('allows %s what the permission allows', async (_, authorization, expected) => {
    const branch = { name: `by-${authorization.slice(7)}`, startPoint: 'main' };
    const responses = [
      await site.rest('GET', `${REPO}/branches`, undefined, authorization),
      await site.rest('POST', `${REPO}/branches`, branch, authorization),
      await site.rest('GET', hooks, undefined, authorization),
    ];

    expect(responses.map(({ status }) => status)).toEqual(expected);
  });

  it('names the user who lacks a permission', async () => {
    const { headers, body } = await site.rest('GET', hooks, undefined, READER);

    expect(headers.get('x-ausername')).toBe('bough');
    expect(at(body, 'errors.0.message')).toBe('You are not permitted to access this resource');
  });

  it('refuses a revoked token', async () => {
    const other = await startServerSite({ tokens: [{ token: 't', user: 'bough', permission: 'admin' }] });
    const before = await other.rest('GET', REPO, undefined, 'Bearer t');
    other.playground.revokeToken('t');
    const after = await other.rest('GET', REPO, undefined, 'Bearer t');
    await other.end();

    expect([before.status, after.status]).toEqual([200, 401]);
  });

  it('hides other projects from a token of one project', async () => {
    const token = { token: 't', user: 'bough', permission: 'admin', projects: ['acme'] } as const;
    const other = await startServerSite({ tokens: [token] });
    await other.playground.createRepository('ada/website');
    const elsewhere = REPO.replace('acme', 'ada');
    const responses = [
      await other.rest('GET', REPO, undefined, 'Bearer t'),
      await other.rest('GET', elsewhere, undefined, 'Bearer t'),
      await fetch(`${other.playground.serverUrl}/scm/ada/website.git/info/refs?service=git-upload-pack`, {
        headers: { Authorization: 'Bearer t' },
      }),
    ];
    await other.end();

    expect(responses.map(({ status }) => status)).toEqual([200, 401, 401]);
  });

  it('has a default token', async () => {
    const fresh = await startWebsite();
    const headers = { Authorization: 'Bearer demo-token' };
    const { status } = await fetch(`${fresh.playground.serverUrl}${hooks}`, { headers });
    await fresh.end();

    expect(status).toBe(200);
  });

  it('is also available under its version number', async () => {
    const numbered = await site.rest('GET', REPO.replace('latest', '1.0'));

    expect(numbered.body).toEqual((await site.rest('GET', REPO)).body);
  });

  it('refuses bodies of other content types than JSON', async () => {
    const response = await fetch(`${site.playground.serverUrl}${hooks}`, {
      method: 'POST',
      headers: { Authorization: ADMIN, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'name=x',
    });

    expect(response.status).toBe(415);
  });

  it.each([
    ['/rest/api/latest/nothing', 404],
    ['/rest/api/2.0/projects/acme', 404],
    ['/rest/nothing', 404],
  ])('answers an unknown path %s in another format than a missing repository', async (path, status) => {
    const response = await fetch(`${site.playground.serverUrl}${path}`, {
      headers: { Authorization: ADMIN },
    });

    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      message: `null for uri: ${site.playground.serverUrl}${path}`,
      'status-code': 404,
    });
  });

  it("is separate from Cloud's API", async () => {
    const { playground } = site;
    const headers = { Authorization: DEMO };
    const responses = await Promise.all([
      fetch(`${playground.serverUrl}/2.0/repositories/acme/website`, { headers }),
      fetch(`${playground.url}/rest/api/latest/projects/acme`, { headers }),
      fetch(`${playground.url}/scm/acme/website.git/info/refs?service=git-upload-pack`, { headers }),
    ]);

    expect(responses.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it("refuses Cloud's tokens, and Cloud refuses Server's", async () => {
    const server = await site.rest('GET', REPO, undefined, await site.bearer());
    const cloud = await site.api('GET', '/repositories/acme/website', undefined, ADMIN);

    expect([server.status, cloud.status]).toEqual([401, 401]);
  });

  it('redirects its links to the pages of Cloud', async () => {
    const to = async (path: string) =>
      (await fetch(`${site.playground.serverUrl}${path}`, { redirect: 'manual' })).headers.get('location');

    expect(await to('/projects/ACME/repos/website/browse')).toBe('/acme/website');
    expect(await to('/projects/acme/repos/website/pull-requests/7/overview')).toBe(
      '/acme/website/pull-requests/7',
    );
    expect(await to('/projects/acme/repos/nothing')).toBe(null);
  });
});

describe('git over the HTTP of Server', () => {
  it('is read with a Bearer token', async () => {
    const refs = await git(site.folder(), ...withHeader(READER), 'ls-remote', remote(), 'refs/heads/main');

    expect(refs).toBe(`${site.head}\trefs/heads/main`);
  });

  it("accepts a user's push into the repository that Cloud shows", async () => {
    const url = remote().replace('http://', 'http://demo:demo@');
    await git(site.workingCopy, 'push', '--quiet', url, 'main:refs/heads/by-person');

    const { body } = await site.api('GET', '/repositories/acme/website/refs/branches/by-person');

    expect(at(body, 'target.hash')).toBe(site.head);
  });

  it.each([
    ['a token with write permission', WRITER, undefined],
    ['a token with read permission', READER, /403/],
  ])('accepts a push only with write permission: %s', async (_, authorization, refusal) => {
    const push = git(
      site.workingCopy,
      ...withHeader(authorization),
      'push',
      '--quiet',
      remote(),
      `main:refs/heads/${authorization.slice(7)}`,
    );

    if (refusal === undefined) await push;
    else await expect(push).rejects.toThrow(refusal);
  });

  it.each([
    ['no credentials', undefined],
    ['a token as a password', basic('bough', 'read-token')],
    ['an unknown token', 'Bearer made-up'],
  ])('asks for credentials: %s', async (_, authorization) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const response = await fetch(`${remote()}/info/refs?service=git-upload-pack`, { headers });

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
  });

  it('supports protocol version 2', async () => {
    const response = await fetch(`${remote()}/info/refs?service=git-upload-pack`, {
      headers: { Authorization: READER, 'Git-Protocol': 'version=2' },
    });

    expect(await response.text()).toContain('version 2');
  });
});
