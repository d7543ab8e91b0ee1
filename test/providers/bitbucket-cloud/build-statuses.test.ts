import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BuildStatus } from '../../../shared/domain/statuses/build-status.ts';
import { failure } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, refusal, status } from '../../support/cloud-connection.ts';

describe('a build status', () => {
  it('contains all fields that Bitbucket shows', async () => {
    await connect().reportStatus(status());
    expect(bitbucket.apiRequests()[0]?.path).toBe(
      '/2.0/repositories/acme/website/commit/ddd8ec9efca6b3be50172e10f8375310a1920f4a/statuses/build',
    );
    expect(bitbucket.statuses).toEqual([
      {
        key: expect.stringMatching(/^bough-[0-9a-f]{32}$/),
        state: 'SUCCESSFUL',
        name: 'Bough: pr-7',
        url: 'https://pr-7.example.org/',
        description: 'pr-7 is ready',
        refname: 'feature/login',
      },
    ]);
  });

  it('is sent only to the path of its commit, for any commit', async () => {
    const elsewhere = status({ commit: '../pullrequests/7/approve?', fork: '../..' });
    expect(await refusal(connect().reportStatus({ ...elsewhere, fork: null }))).toMatchObject({
      code: 'git_host_behind',
    });
    expect(bitbucket.apiRequests().map(({ path }) => path)).toEqual([
      '/2.0/repositories/acme/website/commit/..%2Fpullrequests%2F7%2Fapprove%3F/statuses/build',
    ]);
    for (const refused of [elsewhere, status({ commit: '..' })])
      expect(await refusal(connect().reportStatus(refused))).toMatchObject({ code: 'git_host_rejected' });
    expect(bitbucket.apiRequests()).toHaveLength(1);
  });

  it.each([
    ['in_progress', 'INPROGRESS'],
    ['successful', 'SUCCESSFUL'],
    ['failed', 'FAILED'],
    ['stopped', 'STOPPED'],
  ] as const)('%s is %s', async (state, word) => {
    await connect().reportStatus(status({ state }));
    expect(bitbucket.statuses).toMatchObject([{ state: word }]);
  });

  it('has a key that is unique to its project and environment', async () => {
    const host = connect();
    await host.reportStatus(status({ state: 'in_progress' }));
    await host.reportStatus(status({ state: 'failed', branch: 'other', url: 'https://x.example.org' }));
    await host.reportStatus(status({ environment: 'pr-8' }));
    await connect({ project: 'p2' }).reportStatus(status());
    const [first, again, ...others] = bitbucket.statuses.map((sent) => (sent as { key: string }).key);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
  });

  it('is cut to the lengths of Bitbucket, at whole characters', async () => {
    const host = connect();
    const longText = fc.string({ unit: 'binary', minLength: 0, maxLength: 600 });
    await fc.assert(
      fc.asyncProperty(longText, longText, async (environment, description) => {
        bitbucket.statuses = [];
        await host.reportStatus(status({ environment, description }));
        const [sent] = bitbucket.statuses as { key: string; name: string; description: string }[];
        expect(sent?.key.length).toBeLessThanOrEqual(40);
        expect(sent?.name.length).toBeLessThanOrEqual(255);
        expect(sent?.description.length).toBeLessThanOrEqual(255);
        expect(`Bough: ${environment}`.startsWith(sent?.name ?? 'no name')).toBe(true);
        for (const text of [sent?.name, sent?.description])
          expect(text).toBe(Buffer.from(text ?? '').toString());
      }),
      {
        numRuns: 20,
        examples: [
          ['🌱'.repeat(200), '🌱'.repeat(200)],
          ['x🌱'.repeat(200), `${'🌱'.repeat(127)}x🌱`],
        ],
      },
    );
  });

  it.each([
    ['https://pr-7.example.org/?a=b#c', true],
    [`https://pr-7.example.org/${'a'.repeat(1900)}`, true],
    ['http://jenkins:8080/', false],
    ['https://example.org/{repository.full_name}', false],
    ['nowhere', false],
  ])('can link to %s: %s', (url, taken) => {
    expect(connect().takesStatusUrl(url)).toBe(taken);
  });

  it('for an unknown commit is a temporary error', async () => {
    bitbucket.fault = ({ path }) => (path.endsWith('/build') ? failure(404, 'Commit not found') : undefined);
    const error = await refusal(connect().reportStatus(status()));
    expect(error).toMatchObject({ disposition: 'wait' });
    expect(error.message).toContain('ddd8ec9');
  });

  it('that Bitbucket rejects is a permanent error', async () => {
    bitbucket.fault = ({ path }) =>
      path.endsWith('/build') ? failure(400, 'url: Enter a valid URL.') : undefined;
    expect(await refusal(connect().reportStatus(status()))).toMatchObject({
      code: 'git_host_rejected',
      disposition: 'halt',
      message: expect.stringContaining('url: Enter a valid URL.'),
    });
  });
});

describe('the build status of a fork', () => {
  const forkStatus = (change: Partial<BuildStatus> = {}) =>
    status({ fork: 'bo-example/website', branch: 'fix', ...change });
  const key = async () => {
    await connect().reportStatus(forkStatus());
    const [sent] = bitbucket.forkStatuses as { key: string }[];
    return sent?.key ?? expect.unreachable();
  };
  const closeFork = (answer = failure(403, 'No access')) => {
    bitbucket.fault = ({ path }) => (path.includes('/bo-example/') ? answer : undefined);
  };
  const writes = () =>
    bitbucket
      .apiRequests()
      .filter(({ method, path }) => method !== 'GET' && path.includes('/comments'))
      .map(({ method }) => method);

  it('is reported on the commit of the fork when Bitbucket allows it', async () => {
    await connect().reportStatus(forkStatus());
    expect(bitbucket.apiRequests()).toMatchObject([
      { path: expect.stringMatching(/^\/2\.0\/repositories\/bo-example\/website\/commit\/ddd8ec9efca6/) },
    ]);
    expect(bitbucket.forkStatuses).toMatchObject([{ state: 'SUCCESSFUL', refname: 'fix' }]);
  });

  it.each([
    ['forbidden', failure(403, 'No access')],
    ['not visible', failure(404, 'Repository not found')],
    ['gone', failure(410, 'Gone')],
  ])('is a comment on the pull request when the fork is %s', async (_, answer) => {
    const mark = await key();
    closeFork(answer);
    await connect().reportStatus(forkStatus());
    expect(bitbucket.comments).toEqual([
      {
        id: 1,
        content: {
          raw: `Bough: pr-7 is ready (ddd8ec9)\n\n<https://pr-7.example.org/>\n\n[//]: # (${mark})`,
        },
      },
    ]);
    expect(bitbucket.apiRequests().at(-1)?.path).toBe(
      '/2.0/repositories/acme/website/pullrequests/7/comments',
    );
  });

  it.each(['successful', 'failed', 'stopped'] as const)('is a comment in the state %s', async (state) => {
    closeFork();
    await connect().reportStatus(forkStatus({ state }));
    expect(writes()).toEqual(['POST']);
  });

  it('is not a comment while it is in progress', async () => {
    closeFork();
    await connect().reportStatus(forkStatus({ state: 'in_progress' }));
    expect(writes()).toEqual([]);
  });

  it('is one comment, which is updated', async () => {
    closeFork();
    const host = connect();
    await host.reportStatus(forkStatus());
    await host.reportStatus(forkStatus());
    await host.reportStatus(forkStatus({ state: 'failed', description: 'The build of fix_it[1] failed' }));
    expect(writes()).toEqual(['POST', 'PUT']);
    expect(bitbucket.comments).toMatchObject([
      { content: { raw: expect.stringContaining('The build of fix\\_it\\[1\\] failed (ddd8ec9)') } },
    ]);
  });

  it('updates both comments of two concurrent senders', async () => {
    closeFork();
    const host = connect();
    await host.reportStatus(forkStatus());
    const [comment] = structuredClone(bitbucket.comments);
    bitbucket.comments.push({ ...comment!, id: 2 });
    await host.reportStatus(forkStatus({ state: 'failed', description: 'It failed' }));
    expect(writes()).toEqual(['POST', 'PUT', 'PUT']);
    const shown = bitbucket.comments.map(({ content }) => content?.raw.includes('It failed'));
    expect(shown).toEqual([true, true]);
  });

  it('is a separate comment for each environment', async () => {
    closeFork();
    await connect().reportStatus(forkStatus());
    await connect({ project: 'p2' }).reportStatus(forkStatus());
    expect(writes()).toEqual(['POST', 'POST']);
  });

  it('is a new comment after a user has deleted the first', async () => {
    closeFork();
    await connect().reportStatus(forkStatus());
    bitbucket.comments = bitbucket.comments.map((comment) => ({ ...comment, deleted: true }));
    await connect().reportStatus(forkStatus());
    expect(writes()).toEqual(['POST', 'POST']);
  });

  it('does not change the comments of other users, even copies of its own', async () => {
    const mark = await key();
    const quote = { id: 1, content: { raw: `> [//]: # (${mark})\n\nWhat is this?` } };
    const copy = { id: 2, content: { raw: `Spam\n\n[//]: # (${mark})` } };
    bitbucket.comments = structuredClone([quote, copy]);
    bitbucket.fault = ({ method, path }) =>
      path.includes('/bo-example/') || (method === 'PUT' && path.endsWith('/2'))
        ? failure(403, 'You do not have access to edit this comment.')
        : undefined;
    await connect().reportStatus(forkStatus());
    await connect().reportStatus(forkStatus({ description: 'pr-7 failed' }));
    expect(bitbucket.comments.slice(0, 2)).toEqual([quote, copy]);
    expect(bitbucket.comments.slice(2)).toMatchObject([
      { content: { raw: expect.stringContaining('pr-7 failed') } },
    ]);
  });

  it.each([
    ['when the fork is unavailable', failure(503, 'Try later'), {}],
    ['when the status is invalid', failure(400, 'url: Enter a valid URL.'), {}],
    ['when there is no pull request to comment on', failure(403, 'No access'), { pull_request: null }],
  ])('is an error and not a comment %s', async (_, answer, change) => {
    closeFork(answer);
    await refusal(connect().reportStatus(forkStatus(change)));
    expect(writes()).toEqual([]);
  });

  it('is an error when the comment is also refused', async () => {
    bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? failure(403, 'No access') : undefined);
    expect(await refusal(connect().reportStatus(forkStatus()))).toMatchObject({ code: 'git_host_forbidden' });
  });
});
