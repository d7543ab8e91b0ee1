import { describe, expect, it } from 'vitest';
import { aServerPullRequest } from '../../support/bitbucket-server.ts';
import type { HttpRequest } from '../../support/http-server.ts';
import { serverApi } from '../../support/openapi.ts';
import { bitbucket, connect, hookSecret, hookUrl, status } from '../../support/server-connection.ts';

const check = (request: HttpRequest) =>
  serverApi?.checkRequest(request) ?? expect.unreachable('no description');

describe.skipIf(!serverApi)('every request', () => {
  it('conforms to the official OpenAPI description, with its parameters and its body', async () => {
    bitbucket.pullRequests = [aServerPullRequest(7)];
    bitbucket.defaultBranch = null;
    const host = connect();
    await host.repository();
    await host.missingPermissions();
    await host.openPullRequests(null);
    await host.pullRequest(7);
    await host.reportStatus(status());
    bitbucket.has.builds = false;
    await host.reportStatus(status({ state: 'stopped' }));
    await host.ensureWebhook({ url: hookUrl, secret: hookSecret });
    bitbucket.hooks = bitbucket.hooks.map((hook) => ({ ...hook, active: false }));
    await host.ensureWebhook({ url: hookUrl, secret: hookSecret });
    await host.removeWebhook(hookUrl);

    const described = bitbucket.requests.filter(({ path }) => !path.endsWith('/capabilities'));
    const checked = described.map(check);
    expect(checked.flatMap(({ problems }) => problems)).toEqual([]);
    const repository = '/api/latest/projects/{projectKey}/repos/{repositorySlug}';
    expect(new Set(checked.map(({ operation }) => operation))).toEqual(
      new Set([
        `GET ${repository}`,
        `GET ${repository}/default-branch`,
        `GET ${repository}/branches/default`,
        `GET ${repository}/pull-requests`,
        `GET ${repository}/pull-requests/{pullRequestId}`,
        `POST ${repository}/commits/{commitId}/builds`,
        'POST /build-status/latest/commits/{commitId}',
        `GET ${repository}/webhooks`,
        `POST ${repository}/webhooks`,
        `PUT ${repository}/webhooks/{webhookId}`,
        `DELETE ${repository}/webhooks/{webhookId}`,
      ]),
    );
  });

  it('fails this comparison when it is invalid', () => {
    const request = (method: string, path: string, query = '', body = '') =>
      check({ method, path, query: new URLSearchParams(query), headers: {}, body }).problems;
    const repository = '/bitbucket/rest/api/latest/projects/ACME/repos/website';
    expect(request('POST', `${repository}/pulls`)).toHaveLength(1);
    expect(request('GET', `${repository}/pull-requests`, 'status=OPEN')).toHaveLength(1);
    const builds = `${repository}/commits/1/builds`;
    expect(request('POST', builds, '', '{"key":"k","url":"u","state":"DONE","label":"l"}')).toHaveLength(2);
    expect(request('POST', builds, '', '{"key":"k","url":"u","state":"FAILED","ref":"main"}')).toHaveLength(
      1,
    );
    expect(request('POST', `${repository}/webhooks`, '', '{"secret":"s"}')).toHaveLength(1);
  });
});
