import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPullRequest, failure } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, refusal } from '../../support/cloud-connection.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';

describe('pull requests', () => {
  it('are all listed, page by page, as Bitbucket links them', async () => {
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

  it('follow the link to the next page to the letter', async () => {
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
  ])(
    'are read as far as %d pages go, and it is told whether there are more',
    async (pages, read, has_more) => {
      bitbucket.pullRequests = Array.from({ length: 7 }, (_, index) => aPullRequest(index + 1));
      bitbucket.pageLength = 3;

      const found = await connect().openPullRequests(pages);

      expect(found.list.map(({ number }) => number)).toEqual(read);
      expect(found.has_more).toBe(has_more);
      expect(bitbucket.apiRequests()).toHaveLength(Math.min(pages, 3));
    },
  );

  it('are none at all when one of the pages fails', async () => {
    bitbucket.pullRequests = Array.from({ length: 4 }, (_, index) => aPullRequest(index + 1));
    bitbucket.pageLength = 2;
    bitbucket.fault = ({ query }) => (query.get('page') === '2' ? failure(500, 'Try later') : undefined);
    expect(await refusal(connect().openPullRequests(null))).toMatchObject({ code: 'git_host_unavailable' });
  });

  it('are none at all when a page leads back to itself', async () => {
    const next = `${bitbucket.endpoints.apiUrl}/made-up/again`;
    bitbucket.fault = ({ path }) =>
      path.startsWith('/2.0') ? { status: 200, body: { values: [], next } } : undefined;
    expect(await refusal(connect().openPullRequests(null))).toMatchObject({ code: 'git_host_rejected' });
    expect(bitbucket.apiRequests()).toHaveLength(2);
  });

  describe('with a next page elsewhere', () => {
    let elsewhere: HttpServer;
    beforeAll(async () => {
      elsewhere = await startHttpServer(() => ({ status: 200, body: { values: [] } }));
    });
    afterAll(() => elsewhere.stop());

    it.each([
      ['on another server', () => `${elsewhere.url}/2.0/x`],
      [
        'on a host that only begins like it',
        () => bitbucket.endpoints.apiUrl.replace('/2.0', '.evil.org/2.0/x'),
      ],
      [
        'with credentials in the link',
        () => `${bitbucket.endpoints.apiUrl.replace('//', '//a@evil.org:')}/x`,
      ],
      ['on the same server, beside the API', () => bitbucket.endpoints.apiUrl.replace('/2.0', '/2.0evil/x')],
      ['as a path', () => '/2.0/x'],
    ])('%s are an error, and no token goes there', async (_, next) => {
      bitbucket.fault = ({ path }) =>
        path.startsWith('/2.0') ? { status: 200, body: { values: [], next: next() } } : undefined;
      const error = await refusal(connect().openPullRequests(null));
      expect(error).toMatchObject({ code: 'git_host_rejected', disposition: 'halt' });
      expect(bitbucket.apiRequests()).toHaveLength(1);
      expect(elsewhere.requests).toEqual([]);
    });

    it('by a redirect are an error, and no token goes there', async () => {
      bitbucket.fault = ({ path }) =>
        path.startsWith('/2.0') ? { status: 302, headers: { location: elsewhere.url } } : undefined;
      expect(await refusal(connect().openPullRequests(null))).toMatchObject({ disposition: 'halt' });
      expect(elsewhere.requests).toEqual([]);
    });
  });

  it('are read one by one while they are open', async () => {
    bitbucket.pullRequests = [aPullRequest(7)];
    await expect(connect().openPullRequest(7)).resolves.toEqual({
      number: 7,
      title: 'Change 7',
      source: { branch: 'feature/7', commit: 'ddd8ec9efca6', repository: 'acme/website' },
      target: { branch: 'main' },
      fork: false,
    });
  });

  it.each(['MERGED', 'DECLINED', 'SUPERSEDED'])('that are %s are not open', async (state) => {
    bitbucket.pullRequests = [aPullRequest(7, { state })];
    await expect(connect().openPullRequest(7)).resolves.toBeNull();
  });

  it('that Bitbucket does not find in a repository that it has are not open', async () => {
    await expect(connect().openPullRequest(404)).resolves.toBeNull();
  });

  it('of a repository that Bitbucket does not find are an error, not closed', async () => {
    const host = connect({ repository: 'acme/unknown' });
    expect(await refusal(host.openPullRequest(404))).toMatchObject({ code: 'git_host_not_found' });
  });
});
