import { describe, expect, it } from 'vitest';
import { bitbucket, connect, refusal } from '../../support/server-connection.ts';

describe('the permissions of the access token', () => {
  it.each([
    ['admin', []],
    ['read', ['repository admin']],
    ['none', ['repository read', 'repository admin']],
  ] as const)('with %s lack %j', async (permission, missing) => {
    bitbucket.permission = permission;
    await expect(connect().missingPermissions()).resolves.toEqual(missing);
  });

  it('are determined without any write', async () => {
    await connect().missingPermissions();
    expect(bitbucket.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it.each([
    ['the token is rejected', { token: 'revoked' }, 'git_host_credentials'],
    ['the repository is not there', { repository: 'ACME/nothing' }, 'git_host_not_found'],
  ])('are unknown when %s', async (_, change, code) => {
    expect(await refusal(connect(change).missingPermissions())).toMatchObject({ code });
  });

  it('are unknown during an outage of the server', async () => {
    bitbucket.fault = ({ path }) => (path.endsWith('/webhooks') ? { status: 503 } : undefined);
    expect(await refusal(connect().missingPermissions())).toMatchObject({ code: 'git_host_unavailable' });
  });
});
