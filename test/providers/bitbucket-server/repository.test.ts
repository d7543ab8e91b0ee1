import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notPermitted, serverFailure } from '../../support/bitbucket-server.ts';
import { collect } from '../../support/chunks.ts';
import { createRepository } from '../../support/git-repository.ts';
import { type GitServer, startGitServer } from '../../support/git-server.ts';
import { bitbucket, calls, connect, refusal } from '../../support/server-connection.ts';

describe('the repository', () => {
  it('has its id, its name and its default branch', async () => {
    bitbucket.defaultBranch = 'release/main';
    await expect(connect().repository()).resolves.toEqual({
      uuid: '12',
      full_name: 'ACME/website',
      default_branch: 'release/main',
    });
  });

  it('has the name of the response, not of the request', async () => {
    bitbucket.fault = ({ path }) => {
      if (path.endsWith('-branch')) return { status: 200, body: { id: 'refs/heads/main' } };
      return { status: 200, body: { id: 12, slug: 'website', project: { key: 'ACME' } } };
    };
    await expect(connect({ repository: 'acme/WebSite' }).repository()).resolves.toMatchObject({
      full_name: 'ACME/website',
    });
  });

  it('of a user keeps its tilde', async () => {
    const project = { key: '~ada.b', type: 'PERSONAL' };
    bitbucket.fault = ({ path }) => {
      if (path.endsWith('/default-branch')) return { status: 200, body: { id: 'refs/heads/main' } };
      return { status: 200, body: { id: 5, slug: 'notes', project } };
    };
    await expect(connect({ repository: '~ada.b/notes' }).repository()).resolves.toMatchObject({
      full_name: '~ada.b/notes',
    });
    expect(bitbucket.requests[0]?.path).toBe('/bitbucket/rest/api/latest/projects/~ada.b/repos/notes');
  });

  it('has the URL of a page for each branch', () => {
    expect(connect({ repository: '~ada/notes' }).branchUrl('feature/ä')).toBe(
      `${bitbucket.url}/projects/~ada/repos/notes/browse?at=refs%2Fheads%2Ffeature%2F%C3%A4`,
    );
  });

  it('is requested with an encoded name', async () => {
    await refusal(connect({ repository: 'A C/x?y#z' }).repository());
    expect(bitbucket.requests[0]?.path).toBe('/bitbucket/rest/api/latest/projects/A%20C/repos/x%3Fy%23z');
  });

  it('has its default branch at another path on an old server', async () => {
    bitbucket.has.defaultBranch = false;
    await expect(connect().repository()).resolves.toMatchObject({ default_branch: 'main' });
    expect(calls()).toEqual(['GET', 'GET /default-branch', 'GET /branches/default']);
  });

  it.each([
    ['as new servers say', true],
    ['as old servers say', false],
  ])('has no default branch while it is empty, %s', async (_, isNew) => {
    bitbucket.defaultBranch = null;
    bitbucket.has.defaultBranch = isNew;
    await expect(connect().repository()).resolves.toMatchObject({ default_branch: null });
  });

  it.each([
    [
      'it was deleted',
      serverFailure(404, 'No.', 'repository.NoSuchRepositoryException'),
      'git_host_not_found',
    ],
    [
      'its project was deleted',
      serverFailure(404, 'No.', 'project.NoSuchProjectException'),
      'git_host_not_found',
    ],
    ['it is no longer readable', notPermitted, 'git_host_forbidden'],
    ['the server is in trouble', { status: 503 }, 'git_host_unavailable'],
  ])('is not treated as empty when %s', async (_, answer, code) => {
    bitbucket.fault = ({ path }) => (path.endsWith('/default-branch') ? answer : undefined);
    expect(await refusal(connect().repository())).toMatchObject({ code });
  });

  it('that does not exist is an error with a remedy', async () => {
    const error = await refusal(connect({ repository: 'ACME/nothing' }).repository());
    expect(error).toMatchObject({
      code: 'git_host_not_found',
      message: expect.stringContaining('Repository ACME/nothing does not exist.'),
      remedy: expect.stringContaining('URL of the server'),
    });
  });

  it('is at the root of a server without a context path', async () => {
    bitbucket.fault = () => ({ status: 404 });
    await refusal(connect({ url: bitbucket.url.replace('/bitbucket', '') }).repository());
    expect(bitbucket.requests[0]?.path).toBe('/rest/api/latest/projects/ACME/repos/website');
  });
});

describe('the repository over git', () => {
  const root = mkdtempSync(join(tmpdir(), 'host-'));
  mkdirSync(join(root, 'bitbucket/scm/ACME'), { recursive: true });
  mkdirSync(join(root, 'bitbucket/scm/~bo'), { recursive: true });
  const ours = createRepository(root, 'bitbucket/scm/ACME/website.git');
  const fork = createRepository(root, 'bitbucket/scm/~bo/website.git');
  const commit = ours.commit({ branch: 'main', files: { 'index.html': 'hi' } });
  const forked = fork.commit({ branch: 'main', files: { 'index.html': 'hello' } });
  let git: GitServer;
  const connectGit = (change = {}) => connect({ url: `${git.url('').slice(0, -1)}/bitbucket`, ...change });
  beforeAll(async () => {
    git = await startGitServer({ root, authorize: (header) => header === `Bearer ${bitbucket.token}` });
  });
  afterAll(async () => {
    await git.stop();
    rmSync(root, { recursive: true });
  });

  it('is read with the same token, below the context path', async () => {
    const source = await connectGit().source();
    expect([...(await source.listRefs(['refs/heads/'])).refs]).toEqual([['refs/heads/main', commit]]);
    const wanted = { refs: new Map([['refs/heads/main', commit]]), haves: [] };
    const bundle = Buffer.concat(await collect(await source.fetchBundle(wanted, () => undefined)));
    expect(bundle.toString('latin1')).toMatch(/^# v2 git bundle\n/);
  });

  it('has another URL for a fork, including one of a user', async () => {
    const source = await connectGit().source('~bo/website');
    expect([...(await source.listRefs(['refs/heads/'])).refs.values()]).toEqual([forked]);
  });

  it('is an error when the token has become invalid', async () => {
    const source = await connectGit({ token: 'revoked' }).source();
    const error = await refusal(source.listRefs(['refs/heads/']), 'revoked');
    expect(error).toMatchObject({ code: 'git_host_forbidden', disposition: 'halt' });
  });
});
