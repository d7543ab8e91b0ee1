import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noSuchRoute, serverFailure } from '../../support/bitbucket-server.ts';
import { bitbucket, calls, connect, refusal, status } from '../../support/server-connection.ts';

const commit = status().commit;
const sent = () => bitbucket.builds.map(({ body }) => body);

describe('a build status', () => {
  it('contains all fields that Bitbucket Server shows', async () => {
    await connect().reportStatus(status());
    expect(bitbucket.builds).toEqual([
      {
        commit,
        body: {
          key: expect.stringMatching(/^bough-[0-9a-f]{32}$/),
          state: 'SUCCESSFUL',
          name: 'Bough: pr-7',
          url: 'https://pr-7.example.org/',
          description: 'pr-7 is ready',
          ref: 'refs/heads/feature/login',
          parent: 'bough-p1',
        },
      },
    ]);
  });

  it('is sent only to the path of its commit, for any commit', async () => {
    const elsewhere = status({ commit: '../pull-requests/7/approve?' });
    bitbucket.fault = () => noSuchRoute;
    await refusal(connect().reportStatus(elsewhere));
    const encoded = '/commits/..%2Fpull-requests%2F7%2Fapprove%3F';
    expect(calls()).toEqual([
      `POST ${encoded}/builds`,
      expect.stringMatching(`/rest/build-status/latest${encoded}$`),
    ]);
    for (const refused of [status({ commit: '..' }), status({ commit: '.' })])
      expect(await refusal(connect().reportStatus(refused))).toMatchObject({ code: 'git_host_rejected' });
    expect(calls()).toHaveLength(2);
  });

  it.each([
    ['in_progress', 'INPROGRESS'],
    ['successful', 'SUCCESSFUL'],
    ['failed', 'FAILED'],
    ['stopped', 'CANCELLED'],
  ] as const)('%s is %s', async (state, word) => {
    await connect().reportStatus(status({ state }));
    expect(sent()).toMatchObject([{ state: word }]);
  });

  it('that was stopped is FAILED on a server with three states', async () => {
    bitbucket.has.cancelled = false;
    await connect().reportStatus(status({ state: 'stopped' }));
    expect(sent()).toMatchObject([{ state: 'FAILED' }]);
  });

  it('of a pull request from a fork is on the same commit in the target repository, without a branch', async () => {
    await connect().reportStatus(status({ fork: '~bo/website', branch: 'main' }));
    expect(bitbucket.builds).toMatchObject([{ commit }]);
    expect(sent()[0]).not.toHaveProperty('ref');
  });

  it('of a pull request from a fork is in the fork while the target repository lacks the commit', async () => {
    bitbucket.fault = ({ path }) =>
      path.includes('/~bo/')
        ? { status: 204 }
        : serverFailure(404, 'No commit.', 'commit.NoSuchCommitException');
    await connect().reportStatus(status({ fork: '~bo/website', branch: 'main' }));
    expect(calls()[1]).toContain(`/projects/~bo/repos/website/commits/${commit}/builds`);
    expect(JSON.parse(bitbucket.requests[1]?.body ?? '')).toMatchObject({ ref: 'refs/heads/main' });
  });

  it('of a pull request from an inaccessible fork is a temporary error', async () => {
    bitbucket.fault = ({ path }) =>
      path.includes('/~bo/')
        ? serverFailure(401, 'No access.', 'AuthorisationException')
        : serverFailure(404, 'No commit.', 'commit.NoSuchCommitException');
    const sending = connect().reportStatus(status({ fork: '~bo/website', branch: 'main' }));
    expect(await refusal(sending)).toMatchObject({ code: 'git_host_behind', disposition: 'wait' });
  });

  it('of a pull request from a tag refers to the tag', async () => {
    await connect().reportStatus(status({ branch: 'refs/tags/v1' }));
    expect(sent()).toMatchObject([{ ref: 'refs/tags/v1' }]);
  });

  it('has a key that is unique to its project and environment', async () => {
    const host = connect();
    await host.reportStatus(status({ state: 'in_progress' }));
    await host.reportStatus(status({ state: 'failed', url: 'https://x.example.org' }));
    await host.reportStatus(status({ environment: 'pr-8' }));
    await connect({ project: 'p2' }).reportStatus(status());
    const [first, again, ...others] = sent().map(({ key }) => key);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
    expect(sent().map(({ parent }) => parent)).toEqual(['bough-p1', 'bough-p1', 'bough-p1', 'bough-p2']);
  });

  it('is cut to the lengths of the server, at whole characters', async () => {
    const host = connect();
    const longText = fc.string({ unit: 'binary', minLength: 0, maxLength: 600 });
    await fc.assert(
      fc.asyncProperty(longText, longText, async (environment, text) => {
        bitbucket.builds = [];
        await host.reportStatus(status({ environment, description: text }));
        const [build] = sent() as { name: string; description: string }[];
        expect(build?.name.length).toBeLessThanOrEqual(255);
        expect(build?.description.length).toBeLessThanOrEqual(255);
        for (const part of [build?.name, build?.description])
          expect(part).toBe(Buffer.from(part ?? '').toString());
      }),
      { numRuns: 20, examples: [['🌱'.repeat(200), '🌱'.repeat(300)]] },
    );
  });

  it('contains a URL of up to 450 characters', async () => {
    const host = connect();
    const url = `https://x.example.org/${'a'.repeat(428)}`;
    expect([host.takesStatusUrl(url), host.takesStatusUrl(`${url}a`)]).toEqual([true, false]);
    await host.reportStatus(status({ url }));
    expect(sent()).toMatchObject([{ url }]);
  });

  it('has no branch when the name is longer than the server allows', async () => {
    await connect().reportStatus(status({ branch: 'b'.repeat(1014) }));
    expect(sent()[0]).not.toHaveProperty('ref');
  });

  it('that the server rejects is a permanent error', async () => {
    bitbucket.fault = () => serverFailure(400, 'url: too long', 'ArgumentValidationException');
    expect(await refusal(connect().reportStatus(status()))).toMatchObject({
      code: 'git_host_rejected',
      message: expect.stringContaining('url: too long'),
    });
    expect(bitbucket.requests).toHaveLength(1);
  });

  it('for an unknown commit is a temporary error', async () => {
    const message = `Commit '${commit}' does not exist in repository 'website'.`;
    bitbucket.fault = () => serverFailure(404, message, 'commit.NoSuchCommitException');
    const error = await refusal(connect().reportStatus(status()));
    expect(error).toMatchObject({ code: 'git_host_behind', disposition: 'wait' });
    expect(error.message).toContain(commit);
    expect(bitbucket.requests).toHaveLength(1);
  });

  it.each(['repository.NoSuchRepositoryException', 'project.NoSuchProjectException'])(
    'for a missing resource is a permanent error: %s',
    async (exception) => {
      bitbucket.fault = () => serverFailure(404, 'It does not exist.', exception);
      expect(await refusal(connect().reportStatus(status()))).toMatchObject({ code: 'git_host_not_found' });
      expect(bitbucket.requests).toHaveLength(1);
    },
  );
});

describe('a build status on an old server', () => {
  it.each([
    ['in_progress', 'INPROGRESS'],
    ['successful', 'SUCCESSFUL'],
    ['failed', 'FAILED'],
    ['stopped', 'FAILED'],
  ] as const)('%s is sent to the commit as %s', async (state, word) => {
    bitbucket.has.builds = false;
    await connect().reportStatus(status({ state }));
    expect(bitbucket.statuses).toEqual([
      {
        commit,
        body: {
          key: expect.stringMatching(/^bough-[0-9a-f]{32}$/),
          state: word,
          name: 'Bough: pr-7',
          url: 'https://pr-7.example.org/',
          description: 'pr-7 is ready',
        },
      },
    ]);
    expect(calls()[1]).toBe(`POST /bitbucket/rest/build-status/latest/commits/${commit}`);
  });

  it('is a temporary error when the old path does not know the commit either', async () => {
    bitbucket.fault = () => noSuchRoute;
    expect(await refusal(connect().reportStatus(status()))).toMatchObject({
      code: 'git_host_behind',
      disposition: 'wait',
    });
    expect(bitbucket.requests).toHaveLength(2);
  });

  it('is an error when the old path refuses it', async () => {
    bitbucket.fault = ({ path }) => (path.includes('build-status') ? { status: 403 } : noSuchRoute);
    expect(await refusal(connect().reportStatus(status()))).toMatchObject({ code: 'git_host_forbidden' });
  });
});
