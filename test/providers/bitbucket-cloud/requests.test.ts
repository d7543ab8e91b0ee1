import { describe, expect, it } from 'vitest';
import { aPullRequest } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, hookSecret, hookUrl, status } from '../../support/cloud-connection.ts';
import { checkRequest, hasBitbucketDescription } from '../../support/openapi.ts';

describe.skipIf(!hasBitbucketDescription)('every request', () => {
  it('is one that the official description of the API knows, with its parameters and its body', async () => {
    bitbucket.pullRequests = [aPullRequest(7)];
    const host = connect();
    await host.repository();
    await host.openPullRequests();
    await host.openPullRequest(7);
    await host.reportStatus(status());
    await host.ensureWebhook({ url: hookUrl, secret: hookSecret });
    bitbucket.hooks = bitbucket.hooks.map((hook) => ({ ...hook, active: false }));
    await host.ensureWebhook({ url: hookUrl, secret: hookSecret });

    const checked = bitbucket.apiRequests().map(checkRequest);
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
      ]),
    );
  });

  it('could also fail this comparison', () => {
    const request = (method: string, path: string, query = '', body = '') =>
      checkRequest({ method, path, query: new URLSearchParams(query), headers: {}, body }).problems;
    expect(request('POST', '/2.0/repositories/a/b/pulls')).toHaveLength(1);
    expect(request('GET', '/2.0/repositories/a/b/pullrequests', 'state=CLOSED')).toHaveLength(1);
    expect(request('GET', '/2.0/repositories/a/b/pullrequests', 'status=OPEN')).toHaveLength(1);
    const path = '/2.0/repositories/a/b/commit/1/statuses/build';
    expect(request('POST', path, '', '{"key":"k","state":"DONE","label":"l"}')).toHaveLength(2);
  });
});
