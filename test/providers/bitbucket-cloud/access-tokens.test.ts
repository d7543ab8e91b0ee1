import { describe, expect, it, vi } from 'vitest';
import { failure, oauthFailure } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, refusal } from '../../support/cloud-connection.ts';

describe('an access token', () => {
  it('is requested with the consumer as Basic credentials, and sent as Bearer', async () => {
    await connect().repository();
    expect(bitbucket.tokenRequests()).toMatchObject([
      { method: 'POST', body: 'grant_type=client_credentials' },
    ]);
    expect(bitbucket.apiRequests()[0]?.headers.authorization).toBe(`Bearer ${bitbucket.tokens.at(-1)}`);
  });

  it('is shared by all calls, including concurrent ones', async () => {
    const host = connect();
    await Promise.all([host.repository(), host.openPullRequests(null), host.repository()]);
    await host.repository();
    expect(bitbucket.tokenRequests()).toHaveLength(1);
  });

  it('is replaced minutes before it expires', async () => {
    const host = connect();
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      await host.repository();
      vi.setSystemTime(Date.now() + 100 * 60_000);
      await host.repository();
      expect(bitbucket.tokenRequests()).toHaveLength(1);
      vi.setSystemTime(Date.now() + 15 * 60_000);
      await host.repository();
      expect(bitbucket.tokenRequests()).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is replaced once after a 401 response, and the call is repeated', async () => {
    const host = connect();
    await host.repository();
    bitbucket.revokeTokens();
    await expect(host.repository()).resolves.toMatchObject({ full_name: 'acme/website' });
    expect(bitbucket.tokenRequests()).toHaveLength(2);
  });

  it('is replaced once for all calls that were refused with it', async () => {
    const host = connect();
    await host.repository();
    bitbucket.revokeTokens();
    const before = bitbucket.tokens.length;
    let resolve = () => {};
    const replaced = new Promise<void>((done) => {
      resolve = done;
    });
    // The second refusal arrives when the first caller uses its new token already.
    bitbucket.fault = async ({ path, headers }) => {
      const isNew = headers.authorization === `Bearer ${bitbucket.tokens[before]}`;
      if (path.endsWith('/pullrequests') && isNew) resolve();
      if (path.endsWith('/website') && !isNew) await replaced;
      return undefined;
    };
    await Promise.all([host.openPullRequests(null), host.repository()]);
    expect(bitbucket.tokenRequests()).toHaveLength(2);
  });

  it('is not requested a third time when Bitbucket also refuses the new token', async () => {
    bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? failure(401, 'Access denied') : undefined);
    const error = await refusal(connect().repository());
    expect(error).toMatchObject({ code: 'git_host_credentials', disposition: 'halt' });
    expect(bitbucket.tokenRequests()).toHaveLength(2);
    expect(bitbucket.apiRequests()).toHaveLength(2);
  });

  it('is requested again by the call after a refusal', async () => {
    const host = connect();
    bitbucket.fault = ({ path }) => (path.endsWith('access_token') ? { status: 503 } : undefined);
    expect(await refusal(host.repository())).toMatchObject({
      code: 'git_host_unavailable',
      disposition: 'wait',
    });
    bitbucket.fault = undefined;
    await expect(host.repository()).resolves.toMatchObject({ full_name: 'acme/website' });
  });
});

describe('credentials', () => {
  it('that are wrong are reported with a remedy', async () => {
    const error = await refusal(connect({ secret: 'a wrong secret' }).repository(), 'a wrong secret');
    expect(error).toMatchObject({
      code: 'git_host_credentials',
      disposition: 'halt',
      message: 'Invalid Bitbucket credentials: Invalid OAuth client credentials.',
      remedy: 'Ensure that the OAuth consumer key and secret are valid.',
    });
    expect(bitbucket.apiRequests()).toEqual([]);
  });

  it('of a public consumer are reported with the setting to change', async () => {
    const said =
      'Cannot use client_credentials with a consumer marked as "public". ' +
      'Calls for auto generated consumers should use urn:bitbucket:oauth2:jwt instead.';
    bitbucket.fault = () => oauthFailure('invalid_grant', said, 400);
    expect(await refusal(connect().repository())).toMatchObject({
      code: 'git_host_credentials',
      message: `Invalid Bitbucket credentials: ${said}`,
      remedy: 'Edit the OAuth consumer and tick "This is a private consumer".',
    });
  });

  it('of a consumer without a callback URL are reported with that reason', async () => {
    bitbucket.fault = () =>
      oauthFailure('invalid_request', 'No callback uri defined for the OAuth client.', 400);
    expect(await refusal(connect().repository())).toMatchObject({
      code: 'git_host_credentials',
      remedy:
        'Ensure that the OAuth consumer key and secret are valid. Additionally, ensure that the OAuth consumer ' +
        'has a callback URL set (even just to http://localhost).',
    });
  });

  it.each([
    ['text', { status: 401, body: 'Unauthorized' }],
    ['nothing', { status: 400 }],
  ])('that are refused with %s are reported as invalid', async (_, answer) => {
    bitbucket.fault = () => answer;
    expect(await refusal(connect().repository())).toMatchObject({
      code: 'git_host_credentials',
      message: 'Invalid Bitbucket credentials.',
    });
  });

  it.each([
    ['503', { status: 503, body: 'maintenance' }],
    ['410', { status: 410 }],
    ['a page of a proxy', { status: 403, body: '<html>Blocked</html>' }],
    ['a closed connection', 'hang-up' as const],
    ['a page', { status: 200, body: '<html>Log in</html>' }],
    ['a truncated response', { status: 200, body: '{"access_token": tok-half' }],
    ['an unrelated response', { status: 200, body: { token: 'tok-other', expires_in: 7200 } }],
    [
      'a token that is invalid in a header',
      { status: 200, body: { access_token: 'tok-\nline', expires_in: 7200 } },
    ],
  ])('are not reported as invalid when the token endpoint responds with %s', async (_, answer) => {
    bitbucket.fault = ({ path }) => (path.endsWith('access_token') ? answer : undefined);
    const error = await refusal(connect().repository(), 'tok-');
    expect(error).toMatchObject({ code: 'git_host_unavailable', disposition: 'wait' });
  });
});
