import { describe, expect, it } from 'vitest';
import { failure } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, refusal } from '../../support/cloud-connection.ts';
import { type HttpResponse, startHttpServer } from '../../support/http-server.ts';

describe('a response of Bitbucket', () => {
  it.each([
    [400, failure(400, 'Bad request'), 'git_host_rejected', 'halt', 'Bad request'],
    [
      403,
      failure(403, 'Your credentials lack scopes.'),
      'git_host_forbidden',
      'halt',
      'Your credentials lack scopes.',
    ],
    [404, failure(404, 'Repository not found'), 'git_host_not_found', 'halt', 'Repository not found'],
    [408, { status: 408 }, 'git_host_unavailable', 'wait', '408'],
    [410, failure(410, 'CHANGE-2770'), 'git_host_unavailable', 'wait', 'CHANGE-2770'],
    [301, { status: 301 }, 'git_host_not_found', 'halt', '301'],
    [429, { status: 429, body: 'Rate limit exceeded' }, 'git_host_rate_limited', 'wait', '429'],
    [500, { status: 500 }, 'git_host_unavailable', 'wait', '500'],
    [502, { status: 502, body: '<html>Bad gateway</html>' }, 'git_host_unavailable', 'wait', 'web page'],
    [503, failure(503, 'Try again later'), 'git_host_unavailable', 'wait', 'Try again later'],
  ])(
    'with status %i becomes an error with a code and the message of Bitbucket',
    async (_, answer, code, disposition, said) => {
      bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? answer : undefined);
      const error = await refusal(connect().repository());
      expect(error).toMatchObject({ code, disposition });
      expect(error.message).toContain(said);
      expect(error.message).toContain('/2.0/repositories/acme/website');
    },
  );

  it.each([
    [403, 'text/plain', 'db-password=hunter2'],
    [404, 'application/json', '{"db-password": "hunter2"}'],
    [500, 'text/html', '<p>hunter2</p>'],
    [429, 'text/plain', 'hunter2'],
    [200, 'text/plain', 'hunter2'],
  ])('with status %i is not quoted when its body is not of the API: %s', async (status, type, body) => {
    bitbucket.fault = ({ path }) =>
      path.startsWith('/2.0') ? { status, headers: { 'content-type': type }, body } : undefined;
    await refusal(connect().repository(), 'hunter2');
  });

  it.each([
    ['Too many.', 'Too many.'],
    ['Not now!', 'Not now!'],
    ['Two  lines.\n\nof text..', 'Two lines. of text.'],
    ['x'.repeat(1000), `${'x'.repeat(300)}.`],
  ])('is quoted as one sentence', async (words, told) => {
    bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? failure(400, words) : undefined);
    const { message } = await refusal(connect().repository());
    expect(message).toBe(`Bitbucket answered 400 for /2.0/repositories/acme/website: ${told}`);
  });

  const remedies: [string, HttpResponse, string, string][] = [
    [
      'that redirects permanently to another server',
      { status: 301, headers: { location: 'https://new.example.org/2.0/x?token=secret' } },
      'redirects /2.0/repositories/acme/website to https://new.example.org/2.0/x (status 301).',
      'Give the integration the URL or the name',
    ],
    [
      'that redirects to a login page',
      { status: 302, headers: { location: 'https://login.example.org/sso?back=secret' } },
      'to https://login.example.org/sso (status 302).',
      'no proxy or login page',
    ],
    [
      'that is a login page',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' },
      'Bitbucket’s API returned a web page.',
      'no proxy or login page',
    ],
    [
      'that is a proxy’s page',
      { status: 403, headers: { 'content-type': 'text/html' }, body: '<html>Blocked</html>' },
      'returned a web page',
      'no proxy or login page',
    ],
    [
      'about the allowed addresses',
      failure(403, 'To access this repository, an admin must whitelist your IP.'),
      'an admin must whitelist your IP.',
      'Add the addresses that Bough calls from to the allowed IP addresses',
    ],
    ['about permissions', failure(403, 'You lack scopes.'), 'You lack scopes.', 'Repositories: Read'],
    ['with status 410', failure(410, 'Gone'), 'Gone', 'status page'],
  ];
  it.each(remedies)('%s has a specific remedy', async (_, answer, said, remedy) => {
    bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? answer : undefined);
    const error = await refusal(connect().repository(), 'secret');
    expect(error.message).toContain(said);
    expect(error.remedy).toContain(remedy);
  });

  it.each([
    [429, '30', 'git_host_rate_limited', 30],
    [503, '7', 'git_host_unavailable', 7],
    [429, '999999', 'git_host_rate_limited', 3600],
    [429, 'soon', 'git_host_rate_limited', undefined],
    [500, '7', 'git_host_unavailable', undefined],
  ])('with status %i and Retry-After %s has a retry time', async (status, value, code, retryAfter) => {
    const answer = { status, headers: { 'retry-after': value } };
    bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? answer : undefined);
    expect(await refusal(connect().repository())).toMatchObject({ code, retryAfter });
    bitbucket.fault = ({ path }) => (path.startsWith('/site') ? answer : undefined);
    expect(await refusal(connect().repository())).toMatchObject({ code, retryAfter });
  });

  it.each([
    ['is missing', 'hang-up' as const, 'wait'],
    ['is a web page', { status: 200, body: '<html>Log in</html>' }, 'wait'],
    ['is truncated', { status: 200, body: '{"uuid": "{1}", "full' }, 'wait'],
    ['has another schema', { status: 200, body: { type: 'team' } }, 'halt'],
  ])('that %s becomes an error', async (_, answer, disposition) => {
    bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? answer : undefined);
    expect(await refusal(connect().repository())).toMatchObject({ disposition });
  });

  it('is an error when the connection is refused', async () => {
    const gone = await startHttpServer(() => 'hang-up');
    await gone.stop();
    const error = await refusal(connect({ endpoints: { oauthUrl: `${gone.url}/token` } }).repository());
    expect(error).toMatchObject({ code: 'git_host_unavailable', disposition: 'wait' });
    expect(error.message).toBe(
      'Bitbucket did not answer the request for an access token: the connection was refused (ECONNREFUSED).',
    );
    expect(error.remedy).toContain('Check the host and the port in the URL');
  });
});
