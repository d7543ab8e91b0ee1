import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPullRequest, failure } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, refusal } from '../../support/cloud-connection.ts';
import { type HttpResponse, type HttpServer, startHttpServer } from '../../support/http-server.ts';

/** Answers the question for one pull request, and none for the list of them. */
const onPullRequest =
  (number: number, answer: HttpResponse) =>
  ({ path }: { path: string }) =>
    path.endsWith(`/pullrequests/${number}`) ? answer : undefined;

describe('pull requests', () => {
  it('are listed page by page, by the links of Bitbucket', async () => {
    bitbucket.pullRequests = Array.from({ length: 7 }, (_, index) => aPullRequest(index + 1));
    bitbucket.pageLength = 3;
    const found = await connect().openPullRequests(null);
    expect(found.list.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(found.has_more).toBe(false);
    expect(bitbucket.apiRequests().map(({ query }) => query.toString())).toEqual([
      'state=OPEN&pagelen=50',
      'state=OPEN&pagelen=50&page=2',
      'state=OPEN&pagelen=50&page=3',
    ]);
  });

  it('are read from the unchanged link to the next page', async () => {
    const next = `${bitbucket.endpoints.apiUrl}/made-up/x?ctx=a%2Fb+c&page=Zm9v%3D%3D`;
    bitbucket.fault = ({ path, query }) => {
      if (path === '/2.0/made-up/x') return { status: 200, body: { values: [] } };
      return query.has('state') ? { status: 200, body: { values: [aPullRequest(1)], next } } : undefined;
    };
    await expect(connect().openPullRequests(null)).resolves.toMatchObject({ list: { length: 1 } });
    expect(bitbucket.apiRequests()[1]).toMatchObject({ path: '/2.0/made-up/x' });
    expect(bitbucket.apiRequests()[1]?.query.get('page')).toBe('Zm9v==');
  });

  it.each([
    [1, [1, 2, 3], true],
    [2, [1, 2, 3, 4, 5, 6], true],
    [3, [1, 2, 3, 4, 5, 6, 7], false],
    [4, [1, 2, 3, 4, 5, 6, 7], false],
  ])('are limited to %d pages, with a flag for further pages', async (pages, read, has_more) => {
    bitbucket.pullRequests = Array.from({ length: 7 }, (_, index) => aPullRequest(index + 1));
    bitbucket.pageLength = 3;

    const found = await connect().openPullRequests(pages);

    expect(found.list.map(({ number }) => number)).toEqual(read);
    expect(found.has_more).toBe(has_more);
    expect(bitbucket.apiRequests()).toHaveLength(Math.min(pages, 3));
  });

  it('are an error when one of the pages fails', async () => {
    bitbucket.pullRequests = Array.from({ length: 4 }, (_, index) => aPullRequest(index + 1));
    bitbucket.pageLength = 2;
    bitbucket.fault = ({ query }) => (query.get('page') === '2' ? failure(500, 'Try later') : undefined);
    expect(await refusal(connect().openPullRequests(null))).toMatchObject({ code: 'git_host_unavailable' });
  });

  it('are an error when a page links to itself', async () => {
    const next = `${bitbucket.endpoints.apiUrl}/made-up/again`;
    bitbucket.fault = ({ path }) =>
      path.startsWith('/2.0') ? { status: 200, body: { values: [], next } } : undefined;
    expect(await refusal(connect().openPullRequests(null))).toMatchObject({ code: 'git_host_rejected' });
    expect(bitbucket.apiRequests()).toHaveLength(2);
  });

  describe('with a next page at another location', () => {
    let elsewhere: HttpServer;
    beforeAll(async () => {
      elsewhere = await startHttpServer(() => ({ status: 200, body: { values: [] } }));
    });
    afterAll(() => elsewhere.stop());

    it.each([
      ['on another server', () => `${elsewhere.url}/2.0/x`],
      [
        'on a host with the same beginning',
        () => bitbucket.endpoints.apiUrl.replace('/2.0', '.evil.org/2.0/x'),
      ],
      [
        'with credentials in the link',
        () => `${bitbucket.endpoints.apiUrl.replace('//', '//a@evil.org:')}/x`,
      ],
      ['on the same server, outside the API', () => bitbucket.endpoints.apiUrl.replace('/2.0', '/2.0evil/x')],
      ['as a path', () => '/2.0/x'],
    ])('%s are an error, and the token is not sent', async (_, next) => {
      bitbucket.fault = ({ path }) =>
        path.startsWith('/2.0') ? { status: 200, body: { values: [], next: next() } } : undefined;
      const error = await refusal(connect().openPullRequests(null));
      expect(error).toMatchObject({ code: 'git_host_rejected', disposition: 'halt' });
      expect(bitbucket.apiRequests()).toHaveLength(1);
      expect(elsewhere.requests).toEqual([]);
    });

    it('by a redirect are an error, and the token is not sent', async () => {
      bitbucket.fault = ({ path }) =>
        path.startsWith('/2.0') ? { status: 302, headers: { location: elsewhere.url } } : undefined;
      expect(await refusal(connect().openPullRequests(null))).toMatchObject({ disposition: 'wait' });
      expect(elsewhere.requests).toEqual([]);
    });
  });

  it('are read individually while they are open', async () => {
    bitbucket.pullRequests = [aPullRequest(7)];
    await expect(connect().pullRequest(7)).resolves.toEqual({
      state: 'open',
      pull_request: {
        number: 7,
        title: 'Change 7',
        source: { branch: 'feature/7', commit: 'ddd8ec9efca6', repository: 'acme/website' },
        target: { branch: 'main' },
        fork: false,
      },
    });
  });

  it.each(['MERGED', 'DECLINED', 'SUPERSEDED'])('that are %s have ended', async (state) => {
    bitbucket.pullRequests = [aPullRequest(7, { state })];
    await expect(connect().pullRequest(7)).resolves.toEqual({ state: 'ended' });
    expect(bitbucket.apiRequests()).toHaveLength(1);
  });

  it('that Bitbucket neither finds nor lists as open are absent', async () => {
    bitbucket.pullRequests = Array.from({ length: 3 }, (_, index) => aPullRequest(index + 1));
    bitbucket.pageLength = 2;
    await expect(connect().pullRequest(404)).resolves.toEqual({ state: 'absent' });
    expect(bitbucket.apiRequests().map(({ path }) => path.split('/').at(-1))).toEqual([
      '404',
      'pullrequests',
      'pullrequests',
    ]);
  });

  it('that Bitbucket does not find but lists as open are open', async () => {
    bitbucket.pullRequests = [aPullRequest(7)];
    bitbucket.fault = onPullRequest(7, failure(404, 'Not found'));
    await expect(connect().pullRequest(7)).resolves.toMatchObject({
      state: 'open',
      pull_request: { number: 7 },
    });
  });

  it.each([
    [
      'have status 410, as in a brownout of the API',
      failure(410, 'CHANGE-2770 - Functionality has been deprecated'),
    ],
    ['have status 429', { status: 429, body: 'Rate limit for this resource has been exceeded' }],
    ['fail', { status: 500 }],
    ['are a web page', { status: 200, body: '<html>Log in</html>' }],
    ['are missing', 'hang-up' as const],
    ['have an unknown state', { status: 200, body: aPullRequest(7, { state: 'QUEUED' }) }],
    ['are about another pull request', { status: 200, body: aPullRequest(8, { state: 'MERGED' }) }],
  ])('whose responses %s are a temporary error, neither ended nor absent', async (_, answer) => {
    bitbucket.fault = onPullRequest(7, answer);
    expect(await refusal(connect().pullRequest(7))).toMatchObject({ disposition: 'wait' });
  });

  it.each([
    ['fails', { status: 500 }, 'git_host_unavailable'],
    ['has status 404', failure(404, 'Not found'), 'git_host_not_found'],
    ['has status 410', failure(410, 'Gone'), 'git_host_unavailable'],
  ])(
    'that Bitbucket does not find are an error when the list of open pull requests %s',
    async (_, answer, code) => {
      bitbucket.fault = ({ query }) => (query.has('state') ? answer : undefined);
      expect(await refusal(connect().pullRequest(404))).toMatchObject({ code });
    },
  );

  it('of a repository that Bitbucket does not find are an error', async () => {
    const host = connect({ repository: 'acme/unknown' });
    expect(await refusal(host.pullRequest(404))).toMatchObject({ code: 'git_host_not_found' });
  });
});
