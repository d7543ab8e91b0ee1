import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GitSource } from '../../../shared/ports/git-source.ts';
import { collect } from '../../support/chunks.ts';
import { bitbucket, connect, hookSecret, hookUrl, refusal } from '../../support/cloud-connection.ts';
import { createRepository } from '../../support/git-repository.ts';
import { type GitServer, startGitServer } from '../../support/git-server.ts';

describe('the repository', () => {
  it('has its id, its full name and its default branch', async () => {
    await expect(connect().repository()).resolves.toEqual({
      uuid: '{ccc487e7-cb30-4a24-aba9-2676051cc657}',
      full_name: 'acme/website',
      default_branch: 'main',
    });
  });

  it.each([[null], [undefined]])('has no default branch while it is empty (%s)', async (mainbranch) => {
    bitbucket.fault = ({ path }) =>
      path.startsWith('/2.0')
        ? { status: 200, body: { uuid: '{1}', full_name: 'a/b', mainbranch } }
        : undefined;
    await expect(connect().repository()).resolves.toMatchObject({ default_branch: null });
  });

  it('has the URL of a page for each branch', () => {
    expect(connect().branchUrl('feature/ä b')).toBe(
      `${bitbucket.endpoints.gitUrl}/acme/website/branch/feature%2F%C3%A4%20b`,
    );
  });

  it('can be addressed by ids, whose braces are encoded', async () => {
    await refusal(connect({ repository: '{1-2}/{3-4}' }).repository());
    expect(bitbucket.apiRequests()[0]?.path).toBe('/2.0/repositories/%7B1-2%7D/%7B3-4%7D');
  });

  describe('after a rename', () => {
    const movedTo = (location: string) => {
      bitbucket.fault = ({ path }) =>
        path.startsWith('/2.0/repositories/acme/web/') || path === '/2.0/repositories/acme/web'
          ? { status: 301, headers: { location } }
          : undefined;
      return connect({ repository: 'acme/web' });
    };

    it.each([
      ['a path', () => ''],
      ['a URL', () => bitbucket.endpoints.apiUrl.replace('/2.0', '')],
    ])('has its new name when Bitbucket redirects by %s', async (_, server) => {
      const host = movedTo(`${server()}/2.0/repositories/acme/website?fields=uuid,full_name`);
      await expect(host.repository()).resolves.toMatchObject({ full_name: 'acme/website' });
    });

    it('is an error in a redirect loop', async () => {
      const error = await refusal(movedTo('/2.0/repositories/acme/web').repository());
      expect(error).toMatchObject({ code: 'git_host_not_found', disposition: 'halt' });
      expect(bitbucket.apiRequests()).toHaveLength(6);
    });

    it('is an error when the redirect has an invalid target', async () => {
      expect(await refusal(movedTo('http://').repository())).toMatchObject({ code: 'git_host_not_found' });
    });

    it('receives no writes under its old name', async () => {
      const host = movedTo('/2.0/repositories/acme/website/hooks');
      bitbucket.hooks = [];
      expect(await refusal(host.ensureWebhook({ url: hookUrl, secret: hookSecret }))).toMatchObject({
        code: 'git_host_not_found',
      });
      expect(bitbucket.apiRequests().map(({ method, path }) => [method, path])).toEqual([
        ['GET', '/2.0/repositories/acme/web/hooks'],
        ['GET', '/2.0/repositories/acme/website/hooks'],
        ['POST', '/2.0/repositories/acme/web/hooks'],
      ]);
      expect(bitbucket.hooks).toEqual([]);
    });
  });

  describe('read over git', () => {
    const root = mkdtempSync(join(tmpdir(), 'host-'));
    const repository = createRepository(root, 'acme/website.git');
    const commit = repository.commit({ branch: 'main', files: { 'index.html': 'hi' } });
    let git: GitServer;
    let isOpen = true;
    const connectGit = () => connect({ endpoints: { gitUrl: git.url('').slice(0, -1) } });
    beforeAll(async () => {
      git = await startGitServer({
        root,
        authorize: (header) =>
          isOpen && header === `Basic ${btoa(`x-token-auth:${bitbucket.tokens.at(-1)}`)}`,
      });
    });
    afterEach(() => {
      isOpen = true;
    });
    afterAll(async () => {
      await git.stop();
      rmSync(root, { recursive: true });
    });

    it('uses the same access token', async () => {
      const host = connectGit();
      await host.repository();
      const source = await host.source();
      expect([...(await source.listRefs(['refs/heads/'])).refs]).toEqual([['refs/heads/main', commit]]);
      expect(bitbucket.tokenRequests()).toHaveLength(1);
    });

    const request = { refs: new Map([['refs/heads/main', commit]]), haves: [] };
    const calls: [string, (source: GitSource) => Promise<unknown>][] = [
      ['the references are listed', (source) => source.listRefs(['refs/heads/'])],
      ['commits are fetched', async (source) => collect(await source.fetchBundle(request, () => undefined))],
    ];

    it.each(calls)('renews an expired token once when %s', async (_, call) => {
      const source = await connectGit().source();
      await source.listRefs([]);
      // Another's token is the only one that is taken now.
      await connect().repository();
      await call(source);
      await call(source);
      expect(bitbucket.tokenRequests()).toHaveLength(3);
    });

    it('is an error when Bitbucket also refuses the new token', async () => {
      isOpen = false;
      const source = await connectGit().source();
      const error = await refusal(source.listRefs(['refs/heads/']));
      expect(error).toMatchObject({ code: 'git_host_forbidden', disposition: 'halt' });
      expect(bitbucket.tokenRequests()).toHaveLength(2);
    });

    it('can be a fork', async () => {
      const fork = createRepository(root, 'bo-example/website.git');
      const head = fork.commit({ branch: 'fix', files: { 'index.html': 'ho' } });
      const source = await connectGit().source('bo-example/website');
      expect([...(await source.listRefs(['refs/heads/'])).refs]).toEqual([['refs/heads/fix', head]]);
    });

    it('is not requested again after a 404 response', async () => {
      const host = connect({ repository: 'acme/nothing', endpoints: { gitUrl: git.url('').slice(0, -1) } });
      const source = await host.source();
      expect(await refusal(source.listRefs([]))).toMatchObject({ code: 'git_host_not_found' });
      expect(bitbucket.tokenRequests()).toHaveLength(1);
    });
  });
});
