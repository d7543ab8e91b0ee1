import { describe, expect, it } from 'vitest';
import { failure } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, refusal } from '../../support/cloud-connection.ts';
import { startHttpServer } from '../../support/http-server.ts';

describe('an answer of Bitbucket', () => {
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
    [410, failure(410, 'CHANGE-2770'), 'git_host_not_found', 'halt', 'CHANGE-2770'],
    [301, { status: 301 }, 'git_host_not_found', 'halt', '301'],
    [
      429,
      { status: 429, body: 'Rate limit for this resource has been exceeded' },
      'git_host_rate_limited',
      'wait',
      'Rate limit for this resource has been exceeded',
    ],
    [500, { status: 500 }, 'git_host_unavailable', 'wait', '500'],
    [502, { status: 502, body: '<html>Bad gateway</html>' }, 'git_host_unavailable', 'wait', '502'],
    [503, failure(503, 'Try again later'), 'git_host_unavailable', 'wait', 'Try again later'],
  ])(
    'with status %i becomes an error with a code and what was said',
    async (_, answer, code, disposition, said) => {
      bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? answer : undefined);
      const error = await refusal(connect().repository());
      expect(error).toMatchObject({ code, disposition });
      expect(error.message).toContain(said);
      expect(error.message).toContain('/2.0/repositories/acme/website');
    },
  );

  it.each([
    ['does not come', 'hang-up' as const, 'wait'],
    ['is a page', { status: 200, body: '<html>Log in</html>' }, 'wait'],
    ['breaks off', { status: 200, body: '{"uuid": "{1}", "full' }, 'wait'],
    ['is about something else', { status: 200, body: { type: 'team' } }, 'halt'],
  ])('that %s is an error', async (_, answer, disposition) => {
    bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? answer : undefined);
    expect(await refusal(connect().repository())).toMatchObject({ disposition });
  });

  it('cannot come from where nobody listens', async () => {
    const gone = await startHttpServer(() => 'hang-up');
    await gone.stop();
    const error = await refusal(connect({ endpoints: { oauthUrl: `${gone.url}/token` } }).repository());
    expect(error).toMatchObject({ code: 'git_host_unavailable', disposition: 'wait' });
    expect(error.message).toBe(
      'Bitbucket did not answer the request for an access token: the connection was refused (ECONNREFUSED).',
    );
  });
});
