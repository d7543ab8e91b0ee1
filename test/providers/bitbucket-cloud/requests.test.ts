import { describe, expect, it } from 'vitest';
import { aPullRequest, failure } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, hookSecret, hookUrl, status } from '../../support/cloud-connection.ts';
import type { HttpRequest } from '../../support/http-server.ts';
import { cloudApi } from '../../support/openapi.ts';

const check = (request: HttpRequest) =>
  cloudApi?.checkRequest(request) ?? expect.unreachable('no description');

describe.skipIf(!cloudApi)('every request', () => {
  it('conforms to the official OpenAPI description, with its parameters and its body', async () => {
    bitbucket.pullRequests = [aPullRequest(7)];
    const host = connect();
    await host.repository();
    await host.openPullRequests(null);
    await host.pullRequest(7);
    await host.reportStatus(status());
    bitbucket.fault = ({ path }) => (path.includes('/bo-example/') ? failure(403, 'No access') : undefined);
    await host.reportStatus(status({ fork: 'bo-example/website' }));
    await host.reportStatus(
      status({ fork: 'bo-example/website', state: 'failed', description: 'It failed' }),
    );
    await host.ensureWebhook({ url: hookUrl, secret: hookSecret });
    bitbucket.hooks = bitbucket.hooks.map((hook) => ({ ...hook, active: false }));
    await host.ensureWebhook({ url: hookUrl, secret: hookSecret });
    await host.removeWebhook(hookUrl);

    const checked = bitbucket.apiRequests().map(check);
    expect(checked.flatMap(({ problems }) => problems)).toEqual([]);
    const repository = '/repositories/{workspace}/{repo_slug}';
    expect(new Set(checked.map(({ operation }) => operation))).toEqual(
      new Set([
        `GET ${repository}`,
        `GET ${repository}/pullrequests`,
        `GET ${repository}/pullrequests/{pull_request_id}`,
        `POST ${repository}/commit/{commit}/statuses/build`,
        `GET ${repository}/hooks`,
        `POST ${repository}/hooks`,
        `PUT ${repository}/hooks/{uid}`,
        `DELETE ${repository}/hooks/{uid}`,
        `GET ${repository}/pullrequests/{pull_request_id}/comments`,
        `POST ${repository}/pullrequests/{pull_request_id}/comments`,
        `PUT ${repository}/pullrequests/{pull_request_id}/comments/{comment_id}`,
      ]),
    );
  });

  it('fails this comparison when it is invalid', () => {
    const request = (method: string, path: string, query = '', body = '') =>
      check({ method, path, query: new URLSearchParams(query), headers: {}, body }).problems;
    expect(request('POST', '/2.0/repositories/a/b/pulls')).toHaveLength(1);
    expect(request('GET', '/2.0/repositories/a/b/pullrequests', 'state=CLOSED')).toHaveLength(1);
    expect(request('GET', '/2.0/repositories/a/b/pullrequests', 'status=OPEN')).toHaveLength(1);
    const path = '/2.0/repositories/a/b/commit/1/statuses/build';
    expect(request('POST', path, '', '{"key":"k","state":"DONE","label":"l"}')).toHaveLength(2);
  });
});
