import { describe, expect, it } from 'vitest';
import { failure, oauthFailure } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, refusal } from '../../support/cloud-connection.ts';

describe('the permissions of the OAuth consumer', () => {
  it.each([
    ['repository pullrequest webhook', []],
    // A permission has others within it.
    ['pullrequest webhook', []],
    ['webhook pullrequest:write', []],
    ['account repository:write webhook', ['Pull requests: Read']],
    ['project webhook', ['Pull requests: Read']],
    ['repository:admin webhook pullrequest', []],
    ['repository:admin webhook', ['Repositories: Read', 'Pull requests: Read']],
    ['pullrequest', ['Webhooks: Read and write']],
    ['account  email', ['Repositories: Read', 'Pull requests: Read', 'Webhooks: Read and write']],
    // Bitbucket does not list the scopes.
    [undefined, []],
    [null, []],
    ['', []],
    [['repository'], []],
  ])('%s lack %j', async (scopes, missing) => {
    bitbucket.scopes = scopes;
    await expect(connect().missingPermissions()).resolves.toEqual(missing);
    expect(bitbucket.apiRequests()).toEqual([]);
  });

  it('are those of a new token, not of the cached one', async () => {
    bitbucket.scopes = 'webhook';
    const host = connect();
    await expect(host.missingPermissions()).resolves.toHaveLength(2);
    bitbucket.scopes = 'pullrequest webhook';
    await expect(host.missingPermissions()).resolves.toEqual([]);
    await host.repository();
    expect(bitbucket.apiRequests()[0]?.headers.authorization).toBe(`Bearer ${bitbucket.tokens.at(-1)}`);
    expect(bitbucket.tokenRequests()).toHaveLength(2);
  });

  it('are unknown when the consumer gets no token', async () => {
    bitbucket.fault = () => oauthFailure('unauthorized_client', 'Invalid OAuth client credentials');
    expect(await refusal(connect().missingPermissions())).toMatchObject({ code: 'git_host_credentials' });
  });

  it('are all listed in the error when one is missing', async () => {
    bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? failure(403, 'No access') : undefined);
    expect((await refusal(connect().repository())).remedy).toContain(
      'Repositories: Read, Pull requests: Read, Webhooks: Read and write',
    );
  });
});
