import { describe, expect, it } from 'vitest';
import {
  aServerPullRequest,
  noSuchRoute,
  notPermitted,
  serverFailure,
} from '../../support/bitbucket-server.ts';
import { bitbucket, calls, connect, refusal } from '../../support/server-connection.ts';

const many = (count: number) => Array.from({ length: count }, (_, index) => aServerPullRequest(index + 1));

describe('open pull requests', () => {
  it('are listed page by page, from the nextPageStart of the server', async () => {
    bitbucket.pullRequests = [...many(7), aServerPullRequest(8, { state: 'MERGED' })];
    bitbucket.pageLength = 3;
    const found = await connect().openPullRequests(null);
    expect(found.list.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(found.has_more).toBe(false);
    expect(calls()).toEqual([
      'GET /pull-requests state=OPEN&limit=100&start=0',
      'GET /pull-requests state=OPEN&limit=100&start=3',
      'GET /pull-requests state=OPEN&limit=100&start=6',
    ]);
  });

  it('can start at any offset, because the server omits inaccessible pull requests', async () => {
    bitbucket.fault = ({ query }) => {
      const isFirst = query.get('start') === '0';
      const values = [aServerPullRequest(isFirst ? 1 : 2)];
      return { status: 200, body: { values, isLastPage: !isFirst, nextPageStart: isFirst ? 412 : null } };
    };
    await expect(connect().openPullRequests(null)).resolves.toMatchObject({ list: { length: 2 } });
    expect(bitbucket.requests[1]?.query.get('start')).toBe('412');
  });

  it.each([
    ['fails', { status: 500 }, 'git_host_unavailable'],
    ['is a page of a proxy', { status: 200, body: '<html>Sign in</html>' }, 'git_host_unavailable'],
    [
      'leads back',
      { status: 200, body: { values: [], isLastPage: false, nextPageStart: 0 } },
      'git_host_rejected',
    ],
    [
      'leads to itself',
      { status: 200, body: { values: [], isLastPage: false, nextPageStart: 2 } },
      'git_host_rejected',
    ],
    [
      'leads nowhere',
      { status: 200, body: { values: [], isLastPage: false, nextPageStart: null } },
      'git_host_rejected',
    ],
    ['does not say whether it is the last', { status: 200, body: { values: [] } }, 'git_host_rejected'],
  ])('are an error when a page %s', async (_, answer, code) => {
    bitbucket.pullRequests = many(4);
    bitbucket.pageLength = 2;
    bitbucket.fault = ({ query }) => (query.get('start') === '2' ? answer : undefined);
    expect(await refusal(connect().openPullRequests(null))).toMatchObject({ code });
    expect(bitbucket.requests).toHaveLength(2);
  });
});

describe('one pull request', () => {
  it('is read while it is open', async () => {
    bitbucket.pullRequests = [aServerPullRequest(7)];
    await expect(connect().pullRequest(7)).resolves.toEqual({
      state: 'open',
      pull_request: {
        number: 7,
        title: 'Change 7',
        source: {
          branch: 'feature/7',
          commit: 'ddd8ec9efca6b3be50172e10f8375310a1920f4a',
          repository: 'ACME/website',
        },
        target: { branch: 'main' },
        fork: false,
      },
    });
  });

  it.each(['MERGED', 'DECLINED', 'SUPERSEDED'])('that is %s has ended', async (state) => {
    bitbucket.pullRequests = [aServerPullRequest(7, { state })];
    await expect(connect().pullRequest(7)).resolves.toEqual({ state: 'ended' });
  });

  it('that was deleted is absent', async () => {
    await expect(connect().pullRequest(7)).resolves.toEqual({ state: 'absent' });
    expect(calls()).toEqual(['GET /pull-requests/7', 'GET /pull-requests state=OPEN&limit=100&start=0']);
  });

  it('that the server does not find but lists as open is open', async () => {
    bitbucket.pullRequests = [aServerPullRequest(7)];
    const deleted = serverFailure(404, 'No.', 'pull.NoSuchPullRequestException');
    bitbucket.fault = ({ path }) => (path.endsWith('/7') ? deleted : undefined);
    await expect(connect().pullRequest(7)).resolves.toMatchObject({ state: 'open' });
  });

  it('that the server does not find is an error while the repository cannot be read', async () => {
    bitbucket.fault = ({ query }) => (query.has('state') ? notPermitted : undefined);
    expect(await refusal(connect().pullRequest(7))).toMatchObject({ code: 'git_host_forbidden' });
  });

  it.each([
    ['the repository is not there', serverFailure(404, 'No.', 'repository.NoSuchRepositoryException')],
    ['the project is not there', serverFailure(404, 'No.', 'project.NoSuchProjectException')],
    ['the path has no route', noSuchRoute],
    ['a proxy does not know the path', { status: 404, body: '<html>Not found</html>' }],
    ['the status is 404 without a body', { status: 404 }],
  ])('is an error, neither open nor closed, when %s', async (_, answer) => {
    bitbucket.fault = () => answer;
    expect(await refusal(connect().pullRequest(7))).toMatchObject({ code: 'git_host_not_found' });
  });

  it.each([
    ['another status that names it', serverFailure(500, 'No.', 'pull.NoSuchPullRequestException')],
    ['a response without content', { status: 204 }],
    ['a part of the API that is gone', serverFailure(410, 'No.', 'pull.NoSuchPullRequestException')],
  ])('does not end by %s', async (_, answer) => {
    bitbucket.fault = () => answer;
    expect(await refusal(connect().pullRequest(7))).toMatchObject({ code: 'git_host_unavailable' });
  });
});
