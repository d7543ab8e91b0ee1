import { describe, expect, it } from 'vitest';
import { noSuchRoute, notPermitted, serverFailure } from '../../support/bitbucket-server.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { bitbucket, connect, refusal } from '../../support/server-connection.ts';

describe('a response of Bitbucket Server', () => {
  it.each([
    [
      '400',
      serverFailure(400, 'That is wrong.', 'ArgumentValidationException'),
      'git_host_rejected',
      'halt',
      'That is wrong.',
    ],
    [
      '401 for an unknown user',
      serverFailure(401, 'Authentication failed.', 'auth.IncorrectPasswordAuthenticationException'),
      'git_host_credentials',
      'halt',
      'Authentication failed.',
    ],
    ['401 without a word', { status: 401 }, 'git_host_credentials', 'halt', '401'],
    ['401 for a known user', notPermitted, 'git_host_forbidden', 'halt', 'You are not permitted'],
    [
      '401 for a user without a licence',
      serverFailure(401, 'No access.', 'auth.NoAccessAuthenticationException'),
      'git_host_forbidden',
      'halt',
      'No access.',
    ],
    ['403', { status: 403 }, 'git_host_forbidden', 'halt', '403'],
    ['404', noSuchRoute, 'git_host_not_found', 'halt', '404'],
    [
      '409',
      serverFailure(409, 'It is being moved.', 'repository.RepositoryMovedException'),
      'git_host_rejected',
      'halt',
      'It is being moved.',
    ],
    [
      '429',
      { status: 429, headers: { 'retry-after': '30' }, body: { errors: [{ message: 'Too many.' }] } },
      'git_host_rate_limited',
      'wait',
      'Too many.',
    ],
    ['500', { status: 500 }, 'git_host_unavailable', 'wait', '500'],
    ['503', { status: 503, body: '<html>Upgrading</html>' }, 'git_host_unavailable', 'wait', '503'],
    ['410', { status: 410 }, 'git_host_unavailable', 'wait', '410'],
  ])(
    'with status %s becomes an error with a code and the message of the server',
    async (_, answer, code, disposition, said) => {
      bitbucket.fault = () => answer;
      const error = await refusal(connect().repository());
      expect(error).toMatchObject({ code, disposition });
      expect(error.message).toContain(said);
      expect(error.message).toContain('/bitbucket/rest/api/latest/projects/ACME/repos/website');
      expect(error.remedy).not.toContain('OAuth');
    },
  );

  it.each([
    ['is missing', 'hang-up' as const, 'git_host_unavailable'],
    ['is a web page', { status: 200, body: '<html>Log in</html>' }, 'git_host_unavailable'],
    ['is truncated', { status: 200, body: '{"id": 12, "slug' }, 'git_host_unavailable'],
    ['has another schema', { status: 200, body: { type: 'team' } }, 'git_host_rejected'],
  ])('that %s is an error', async (_, answer, code) => {
    bitbucket.fault = () => answer;
    expect(await refusal(connect().repository())).toMatchObject({ code });
  });

  it('that is a web page after a write is an error', async () => {
    bitbucket.fault = ({ method }) =>
      method === 'POST' ? { status: 200, body: '<html>Log in</html>' } : undefined;
    const hook = { url: 'https://bough.example.org/hook', secret: 's' };
    expect(await refusal(connect().ensureWebhook(hook))).toMatchObject({ code: 'git_host_unavailable' });
  });

  it('is an error when the connection is refused', async () => {
    const gone = await startHttpServer(() => 'hang-up');
    await gone.stop();
    const error = await refusal(connect({ url: gone.url }).repository());
    expect(error).toMatchObject({ code: 'git_host_unavailable', disposition: 'wait' });
    expect(error.message).toBe('Bitbucket did not answer: the connection was refused (ECONNREFUSED).');
    expect(error.remedy).toContain('Check the host and the port in the URL');
  });
});

describe('the access token', () => {
  it('is an error when the server rejects it', async () => {
    const error = await refusal(connect({ token: 'revoked-token' }).repository(), 'revoked-token');
    expect(error).toMatchObject({
      code: 'git_host_credentials',
      remedy: expect.stringContaining('revoked'),
    });
  });

  it('is sent to every path of the server as Bearer, without a user name', async () => {
    const host = connect();
    await host.repository();
    await host.ensureWebhook({ url: 'https://bough.example.org/hook', secret: 's' });
    expect(bitbucket.requests.length).toBeGreaterThan(3);
    expect(new Set(bitbucket.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Bearer ${bitbucket.token}`]),
    );
  });

  it.each(['two words', 'line\nbreak', 'ümlaut', ''])(
    'that no header can carry is refused before it is sent, and not quoted: %j',
    async (token) => {
      const opening = Promise.resolve().then(() => connect({ token }));
      const error = await refusal(opening, ...(token ? [token] : []));
      expect(error).toMatchObject({ code: 'git_host_credentials' });
      expect(bitbucket.requests).toEqual([]);
    },
  );

  it('follows no redirect to another server', async () => {
    const elsewhere = await startHttpServer(() => ({ status: 200, body: {} }));
    bitbucket.fault = () => ({ status: 302, headers: { location: `${elsewhere.url}/rest` } });
    await refusal(connect().repository());
    await elsewhere.stop();
    expect(elsewhere.requests).toEqual([]);
  });
});
