import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, basic, CONSUMER, type Fixture, startPlayground } from '../support/bitbucket.ts';

const HOUR = 3_600_000;
let fixture: Fixture;
let now = Date.parse('2026-11-22T12:00:00Z');

beforeAll(async () => {
  fixture = await startPlayground({
    now: () => new Date(now),
    consumers: [
      CONSUMER,
      { key: 'public', secret: 's', private: false },
      { key: 'no-callback', secret: 's', callbackUrl: null },
      { key: 'reader', secret: 's', scopes: ['repository'] },
    ],
  });
  await fixture.playground.createRepository('acme/website');
});
afterAll(() => fixture.end());

async function requestToken(authorization: string | undefined, grantType = 'client_credentials') {
  const response = await fetch(fixture.playground.oauthUrl, {
    method: 'POST',
    headers: authorization === undefined ? {} : { Authorization: authorization },
    body: new URLSearchParams({ grant_type: grantType }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

describe('the token endpoint', () => {
  it('issues a token for two hours', async () => {
    const { status, body } = await requestToken(basic(CONSUMER.key, CONSUMER.secret));

    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      scopes: 'repository pullrequest webhook',
      expires_in: 7200,
      token_type: 'bearer',
    });
  });

  it.each([
    ['a wrong secret', basic(CONSUMER.key, 'x'), 'unauthorized_client', 'Invalid OAuth client credentials'],
    ['an unknown key', basic('x', 'x'), 'unauthorized_client', 'Invalid OAuth client credentials'],
    [
      'no credentials',
      undefined,
      'unauthorized_client',
      'Requests must be authenticated using OAuth client credentials',
    ],
    [
      'a consumer that is not private',
      basic('public', 's'),
      'invalid_grant',
      'Cannot use client_credentials with a consumer marked as "public". Calls for auto generated consumers should use urn:bitbucket:oauth2:jwt instead.',
    ],
    [
      'a consumer without a callback URL',
      basic('no-callback', 's'),
      'invalid_request',
      'No callback uri defined for the OAuth client.',
    ],
  ])('refuses %s', async (_, authorization, error, description) => {
    const result = await requestToken(authorization);

    expect(result).toEqual({ status: 400, body: { error, error_description: description } });
  });

  it('refuses other grants', async () => {
    const { status, body } = await requestToken(basic(CONSUMER.key, CONSUMER.secret), 'password');

    expect({ status, error: at(body, 'error') }).toEqual({ status: 400, error: 'unsupported_grant_type' });
  });

  it('accepts POST only', async () => {
    expect((await fetch(fixture.playground.oauthUrl)).status).toBe(405);
  });
});

describe('an access token', () => {
  it('is accepted until it expires', async () => {
    const token = await fixture.bearer();

    now += 2 * HOUR - 1000;
    expect((await fixture.api('GET', '/repositories/acme/website', undefined, token)).status).toBe(200);

    now += 1000;
    const late = await fixture.api('GET', '/repositories/acme/website', undefined, token);
    expect(late.status).toBe(401);
    expect(at(late.body, 'error.message')).toMatch(/^Access token expired\./);
  });

  it('is accepted as the password of x-token-auth', async () => {
    const authorization = basic('x-token-auth', await fixture.token());

    const { status } = await fixture.api('GET', '/repositories/acme/website', undefined, authorization);

    expect(status).toBe(200);
  });

  it('is refused when one character is changed', async () => {
    const token = await fixture.token();
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;

    const { status } = await fixture.api('GET', '/repositories/acme/website', undefined, `Bearer ${forged}`);

    expect(status).toBe(401);
  });

  it("allows what its consumer's scopes allow, and the error names the missing scopes", async () => {
    const { body } = await requestToken(basic('reader', 's'));
    const authorization = `Bearer ${at(body, 'access_token')}`;

    const hooks = await fixture.api('GET', '/repositories/acme/website/hooks', undefined, authorization);
    const repository = await fixture.api('GET', '/repositories/acme/website', undefined, authorization);

    expect(repository.status).toBe(200);
    expect(hooks.status).toBe(403);
    expect(hooks.body).toEqual({
      type: 'error',
      error: {
        message: 'Your credentials lack one or more required privilege scopes.',
        detail: { required: ['webhook'], granted: ['repository'] },
      },
    });
  });
});

describe('a consumer of one workspace', () => {
  it("cannot access another workspace's private repositories, neither by the API nor by git", async () => {
    const consumers = [{ ...CONSUMER, workspaces: ['acme'] }];
    const other = await startPlayground({ consumers });
    for (const name of ['acme/website', 'ada/website']) await other.playground.createRepository(name);
    const Authorization = await other.bearer();
    const ask = async (name: string) => {
      const refs = `${other.playground.gitUrl}/${name}.git/info/refs?service=git-upload-pack`;
      const api = await other.api('GET', `/repositories/${name}`, undefined, Authorization);
      return [api.status, (await fetch(refs, { headers: { Authorization } })).status];
    };
    const statuses = [await ask('acme/website'), await ask('ada/website')];
    await other.end();

    expect(statuses).toEqual([
      [200, 200],
      [404, 404],
    ]);
  });
});

describe('a revoked consumer', () => {
  it('receives no tokens, and its existing tokens are refused', async () => {
    const other = await startPlayground();
    await other.playground.createRepository('acme/website');
    const token = await other.bearer();
    const read = () => other.api('GET', '/repositories/acme/website', undefined, token);
    const before = await read();

    other.playground.revokeConsumer(CONSUMER.key);
    const after = await read();
    const refused = await fetch(other.playground.oauthUrl, {
      method: 'POST',
      headers: { Authorization: basic(CONSUMER.key, CONSUMER.secret) },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const result: unknown = await refused.json();
    await other.end();

    expect([before.status, after.status, refused.status]).toEqual([200, 401, 400]);
    expect(result).toMatchObject({ error: 'unauthorized_client' });
  });
});

describe('the API without valid credentials', () => {
  it.each([
    ['none', null],
    ['a wrong password', basic('demo', 'wrong')],
  ])('answers 401 to %s', async (_, authorization) => {
    const { status, headers } = await fixture.api(
      'GET',
      '/repositories/acme/website',
      undefined,
      authorization,
    );

    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(/^Basic /);
  });
});
