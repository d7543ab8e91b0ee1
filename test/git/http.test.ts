import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listRefs } from '../../shared/git/list-refs.ts';
import type { GitRemote } from '../../shared/git/remote.ts';
import { createRepository } from '../support/git-repository.ts';
import { type Fault, type GitServer, startGitServer } from '../support/git-server.ts';
import { loopback } from '../support/loopback.ts';

const root = mkdtempSync(join(tmpdir(), 'git-http-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('requests to a git server over HTTP', () => {
  let server: GitServer;
  let intercept: ((path: string) => Fault | undefined) | undefined;

  beforeAll(async () => {
    server = await startGitServer({ root, intercept: (request) => intercept?.(request.path) });
    createRepository(root, 'named.git').commit({ branch: 'main', files: { a: 'a' } });
  });
  afterEach(() => {
    server.requests.length = 0;
    intercept = undefined;
  });
  afterAll(() => server.stop());

  const remoteAt = (url: string): GitRemote => ({
    url,
    headers: { authorization: 'Bearer secret' },
    network: loopback,
  });

  it('lists refs with one request when the server supports v2', async () => {
    await listRefs(remoteAt(server.url('named.git')), { prefixes: ['refs/heads/'] });

    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /named.git/git-upload-pack',
    ]);
  });

  it('follows a redirect on the same server', async () => {
    intercept = (path) => {
      if (!path.startsWith('/old.git')) return undefined;
      const location = path.endsWith('/info/refs')
        ? '/named.git/info/refs?service=git-upload-pack'
        : '/elsewhere';
      return { kind: 'answer', status: 301, headers: { location } };
    };

    const listing = await listRefs(remoteAt(server.url('old.git')));
    expect(listing).toMatchObject({ head: 'refs/heads/main', isMoved: true });
    expect(await listRefs(remoteAt(server.url('named.git')))).not.toHaveProperty('isMoved');
  });

  it('does not follow a redirect to another server', async () => {
    const other = await startGitServer({ root });
    const location = `${other.url('named.git')}/info/refs?service=git-upload-pack`;
    intercept = () => ({ kind: 'answer', status: 302, headers: { location } });

    await expect(listRefs(remoteAt(server.url('named.git')))).rejects.toMatchObject({
      code: 'git_unexpected_response',
    });
    expect(other.requests).toEqual([]);
    await other.stop();
  });

  it('stops after too many redirects', async () => {
    intercept = (path) => ({ kind: 'answer', status: 302, headers: { location: path } });

    await expect(listRefs(remoteAt(server.url('named.git')))).rejects.toMatchObject({
      code: 'git_unexpected_response',
      message: expect.stringContaining('HTTP 302'),
    });
  });

  it('retries when the server has closed the kept connection', async () => {
    await listRefs(remoteAt(server.url('named.git')));
    let first = true;
    intercept = () => {
      const fault = first ? ({ kind: 'hang-up' } as const) : undefined;
      first = false;
      return fault;
    };

    expect((await listRefs(remoteAt(server.url('named.git')))).refs.size).toBe(1);
    expect(first).toBe(false);
  });

  it('limits the retries', async () => {
    await listRefs(remoteAt(server.url('named.git')));
    intercept = () => ({ kind: 'hang-up' });

    await expect(listRefs(remoteAt(server.url('named.git')))).rejects.toMatchObject({
      code: 'git_unreachable',
    });
    expect(server.requests).toHaveLength(3);
  });

  it('reports why a server cannot be reached', async () => {
    const gone = await startGitServer({ root });
    const url = gone.url('named.git');
    await gone.stop();

    await expect(listRefs(remoteAt(url))).rejects.toMatchObject({
      code: 'git_unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
      retry: true,
    });
  });

  it.each(['https://ada:geheim@example.org/o/r.git', 'ssh://geheim/o/r.git', 'geheim'])(
    'rejects the URL %s without repeating it',
    async (url) => {
      const error = await listRefs(remoteAt(url)).catch((error: unknown) => error);

      expect(error).toMatchObject({ code: 'git_unsupported' });
      expect(JSON.stringify([error, String(error)])).not.toMatch(/geheim/);
    },
  );
});
