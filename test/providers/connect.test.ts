import { describe, expect, it } from 'vitest';
import type { SecretPurpose } from '../../shared/ports/secrets.ts';
import { connectGitHost, pullRequestUrlOf, repositoryUrlOf } from '../../shared/providers/connect.ts';
import { unlimited as unlimitedCalls } from '../../shared/providers/traffic/rate-limiter.ts';
import { bitbucketTraffic, type Traffic } from '../../shared/providers/traffic/traffic.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { anIntegration, aServerIntegration } from '../support/builders.ts';
import { bitbucket } from '../support/cloud-connection.ts';
import { aLog } from '../support/doubles.ts';
import { startHttpServer } from '../support/http-server.ts';
import { memoryStores } from '../support/memory-stores.ts';

const { apiUrl, gitUrl, oauthUrl } = bitbucket.endpoints;

/** No table is asked how many calls are left. */
const unlimited: Traffic = {
  rateLimiterFor: () => unlimitedCalls,
  circuitBreakerFor: () => ({ run: (work) => work() }),
  tokensFor: (_consumer, create) => create(),
};

/** Sealed credentials are the secret's own text. */
function aConnection(privateHosts = '127.0.0.1', traffic = unlimited) {
  const opened: [SecretPurpose, string][] = [];
  const connect = connectGitHost(
    {
      seal: () => expect.unreachable('connecting seals nothing'),
      open: async (purpose, { id }, sealed) => {
        opened.push([purpose, id]);
        return sealed;
      },
    },
    {
      BITBUCKET_API_URL: apiUrl,
      BITBUCKET_GIT_URL: gitUrl,
      BITBUCKET_OAUTH_URL: oauthUrl,
      BITBUCKET_PRIVATE_HOSTS: privateHosts,
    },
    traffic,
  );
  return { connect, opened };
}
const integration = anIntegration({
  app_credentials: { key: bitbucket.consumer.key },
  sealed_credentials: bitbucket.consumer.secret,
});

describe('the connection of an integration', () => {
  it('uses its decrypted credentials and its repository', async () => {
    const { connect, opened } = aConnection();
    const host = await connect(integration);
    await expect(host.repository()).resolves.toMatchObject({ full_name: 'acme/website' });
    expect(opened).toEqual([['credentials', integration.id]]);
  });

  it('is reused, together with its access token', async () => {
    const { connect, opened } = aConnection();
    for (let count = 0; count < 3; count += 1) await (await connect(integration)).repository();
    expect(opened).toHaveLength(1);
    expect(bitbucket.tokenRequests()).toHaveLength(1);
  });

  it('is replaced after its credentials or its repository have changed', async () => {
    const { connect } = aConnection();
    const first = await connect(integration);
    expect(await connect({ ...integration, sealed_credentials: 'another' })).not.toBe(first);
    expect(await connect({ ...integration, repository: 'acme/renamed' })).not.toBe(first);
    expect(await connect({ ...integration, app_credentials: { key: 'another' } })).not.toBe(first);
    expect(await connect({ ...integration, version: 2 })).toBe(first);
  });

  it('is with the Bitbucket Server of the integration', async () => {
    const { connect, opened } = aConnection();
    const server = await startHttpServer(() => ({ status: 200, body: { values: [], isLastPage: true } }));
    const onServer = aServerIntegration({ url: `${server.url}/bitbucket`, sealed_credentials: 'a-token' });
    const host = await connect(onServer);
    await host.openPullRequests(null);
    expect(server.requests).toMatchObject([
      { path: expect.stringMatching(/^\/bitbucket\/rest\//), headers: { authorization: 'Bearer a-token' } },
    ]);
    expect(opened).toEqual([['credentials', onServer.id]]);
    expect(await connect({ ...onServer, url: server.url })).not.toBe(host);
    expect(await connect({ ...onServer, version: 2 })).toBe(host);
    await server.stop();
  });
});

describe('the connections of a process to many repositories of one account', () => {
  const many = Array.from({ length: 100 }, (_, index) => anIntegration({ ...integration, id: `i${index}` }));
  const ofAll = (fields: object) =>
    many.map((one, index) => ({ ...one, repository: `acme/r${index}`, ...fields }));
  const aProcess = () => {
    const { budgets } = memoryStores();
    return aConnection(undefined, bitbucketTraffic({ budgets, clock: systemClock, log: aLog().log }));
  };
  const list = async ({ connect }: ReturnType<typeof aProcess>, all: (typeof many)[number][]) => {
    for (const one of all)
      await connect(one)
        .then((host) => host.openPullRequests(1))
        .catch(() => undefined);
  };

  it('request one access token, and unseal the credentials of each once', async () => {
    const process = aProcess();

    await list(process, ofAll({}));
    await list(process, ofAll({}));

    expect(bitbucket.tokenRequests()).toHaveLength(1);
    expect(process.opened).toHaveLength(100);
  });

  it('never use the token of a consumer with another secret', async () => {
    const process = aProcess();
    await list(process, ofAll({}).slice(0, 1));

    const wrong = await process.connect({ ...integration, sealed_credentials: 'a wrong secret' });

    await expect(wrong.openPullRequests(1)).rejects.toMatchObject({ code: 'git_host_credentials' });
    expect(bitbucket.tokenRequests()).toHaveLength(2);
  });
});

describe('two processes that share an account', () => {
  it('both stop their calls after a rate limit of one of them', async () => {
    const server = await startHttpServer(() => ({ status: 429, headers: { 'retry-after': '60' } }));
    const { budgets } = memoryStores();
    const aProcess = async (fields: { repository: string }) => {
      const traffic = bitbucketTraffic({ budgets, clock: systemClock, log: aLog().log });
      const { connect } = aConnection(undefined, traffic);
      return connect(aServerIntegration({ url: server.url, sealed_credentials: 'a-token', ...fields }));
    };
    const refused = { code: 'git_host_rate_limited', retryAfter: 60 };
    await expect(
      (await aProcess({ repository: 'ACME/website' })).openPullRequests(null),
    ).rejects.toMatchObject(refused);
    await expect((await aProcess({ repository: 'ACME/shop' })).openPullRequests(null)).rejects.toMatchObject(
      refused,
    );
    expect(server.requests).toHaveLength(1);
    await server.stop();
  });
});

describe('a connection with a private host', () => {
  it.each([
    ['with Bitbucket Cloud', integration],
    ['with a server', aServerIntegration({ url: 'http://127.0.0.1:1', sealed_credentials: 'a-token' })],
  ])('is refused unless the deployment lists the host: %s', async (_, each) => {
    const host = await aConnection('').connect(each);
    await expect(host.repository()).rejects.toMatchObject({ code: 'address_refused' });
    await expect(host.openPullRequests(1)).rejects.toMatchObject({ code: 'address_refused' });
    await expect(host.source().then((source) => source.listRefs(['HEAD']))).rejects.toMatchObject({
      code: 'address_refused',
    });
    expect(bitbucket.tokenRequests()).toEqual([]);
  });
});

describe('a URL of a repository', () => {
  const variables = {
    BITBUCKET_API_URL: apiUrl,
    BITBUCKET_GIT_URL: 'https://bitbucket.org',
    BITBUCKET_OAUTH_URL: oauthUrl,
    BITBUCKET_PRIVATE_HOSTS: '',
  };

  it.each([
    ['on Cloud', integration, 'https://bitbucket.org/acme/website.git'],
    ['on a server', aServerIntegration(), 'https://git.example.org/bitbucket/scm/ACME/website.git'],
    [
      "in a person's project",
      aServerIntegration({ repository: '~wile/website' }),
      'https://git.example.org/bitbucket/scm/~wile/website.git',
    ],
  ])('contains no credentials: %s', (_, each, url) => {
    expect(repositoryUrlOf(each, variables)).toBe(url);
  });

  it.each([
    ['on Cloud', integration, 'https://bitbucket.org/acme/website/pull-requests/7'],
    [
      'on a server',
      aServerIntegration(),
      'https://git.example.org/bitbucket/projects/ACME/repos/website/pull-requests/7',
    ],
  ])('leads to the web page of a pull request: %s', (_, each, url) => {
    expect(pullRequestUrlOf(each, variables, 7)).toBe(url);
  });
});
