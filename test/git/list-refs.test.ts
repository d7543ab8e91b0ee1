import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listRefs } from '../../shared/git/list-refs.ts';
import type { GitRemote } from '../../shared/git/remote.ts';
import { createRepository, type GitRepository } from '../support/git-repository.ts';
import { type Fault, type GitServer, startGitServer } from '../support/git-server.ts';
import { loopback } from '../support/loopback.ts';

const root = mkdtempSync(join(tmpdir(), 'list-refs-'));
afterAll(() => rmSync(root, { recursive: true }));

const advertisementType = 'application/x-git-upload-pack-advertisement';
const resultType = 'application/x-git-upload-pack-result';

describe.each(['v2', 'v0'] as const)('listing the refs of a %s server', (protocol) => {
  let server: GitServer;
  let fault: Fault | undefined;
  let repositories = 0;

  beforeAll(async () => {
    server = await startGitServer({
      root,
      protocol,
      authorize: (authorization) => authorization === undefined || authorization === 'Bearer right',
      intercept: () => fault,
    });
  });
  afterEach(() => {
    server.requests.length = 0;
    fault = undefined;
  });
  afterAll(() => server.stop());

  function aRepository(options?: { objectFormat: 'sha256' }): {
    repository: GitRepository;
    remote: GitRemote;
  } {
    const name = `${protocol}-${repositories++}.git`;
    const repository = createRepository(root, name, options);
    return { repository, remote: { url: server.url(name), headers: {}, network: loopback } };
  }

  it('returns branches, tags and the branch of HEAD', async () => {
    const { repository, remote } = aRepository();
    const main = repository.commit({ branch: 'main', files: { a: 'a' } });
    const topic = repository.commit({ branch: 'feature/topic', from: main, files: { b: 'b' } });
    repository.setRef('refs/tags/light', main);

    const { refs, head } = await listRefs(remote);

    expect(Object.fromEntries(refs)).toEqual({
      'refs/heads/main': main,
      'refs/heads/feature/topic': topic,
      'refs/tags/light': main,
    });
    expect(head).toBe('refs/heads/main');
  });

  it('returns the tag object of an annotated tag, not its target', async () => {
    const { repository, remote } = aRepository();
    const tag = repository.annotatedTag('v1', repository.commit({ branch: 'main', files: { a: 'a' } }));

    const { refs } = await listRefs(remote);

    expect(refs.get('refs/tags/v1')).toBe(tag);
    expect([...refs.keys()]).toEqual(['refs/heads/main', 'refs/tags/v1']);
  });

  it('returns the commit of an annotated tag for its peeled name', async () => {
    const { repository, remote } = aRepository();
    const main = repository.commit({ branch: 'main', files: { a: 'a' } });
    const tag = repository.annotatedTag('v1', main);
    repository.annotatedTag('v10', main);
    repository.setRef('refs/tags/light', main);

    const { refs } = await listRefs(remote, { prefixes: ['refs/tags/v1', 'refs/tags/v1^{}'] });
    expect(refs.get('refs/tags/v1')).toBe(tag);
    expect([...refs].filter(([name]) => name.endsWith('^{}'))).toEqual([['refs/tags/v1^{}', main]]);

    const light = await listRefs(remote, { prefixes: ['refs/tags/light', 'refs/tags/light^{}'] });
    expect([...light.refs]).toEqual([['refs/tags/light', main]]);
  });

  it('returns only the refs with one of the prefixes, and HEAD', async () => {
    const { repository, remote } = aRepository();
    const main = repository.commit({ branch: 'main', files: { a: 'a' } });
    repository.setRef('refs/heads/release/1', main);
    repository.setRef('refs/heads/release/2', main);
    repository.setRef('refs/tags/release/1', main);

    const { refs, head } = await listRefs(remote, { prefixes: ['refs/heads/release/', 'refs/heads/none'] });

    expect([...refs.keys()]).toEqual(['refs/heads/release/1', 'refs/heads/release/2']);
    expect(head).toBe('refs/heads/main');
  });

  it('returns nothing for an empty repository', async () => {
    expect(await listRefs(aRepository().remote)).toEqual({
      refs: new Map(),
      head: null,
      unreadable: new Set(),
    });
  });

  describe('with names that are not UTF-8', () => {
    const latin1 = (text: string) => Buffer.from(text, 'latin1');
    const withOdd = () => {
      const made = aRepository();
      const main = made.repository.commit({ branch: 'main', files: { a: 'a' } });
      for (const ref of ['refs/heads/caf\xe9', 'refs/tags/v\xff1']) {
        made.repository.fastImport(latin1(`reset ${ref}\nfrom ${main}\n`));
      }
      return { ...made, main };
    };

    it('reports them separately, and as no other name', async () => {
      const { repository, remote, main } = withOdd();
      // The replacement character is a name's own where git has it so.
      repository.setRef('refs/heads/odd\ufffd', main);

      expect(await listRefs(remote)).toEqual({
        refs: new Map([
          ['refs/heads/main', main],
          ['refs/heads/odd\ufffd', main],
        ]),
        head: 'refs/heads/main',
        unreadable: new Set(['refs/heads/caf\ufffd', 'refs/tags/v\ufffd1']),
      });
    });

    it('reports only names with a requested prefix', async () => {
      const { remote } = withOdd();

      const { unreadable } = await listRefs(remote, { prefixes: ['refs/heads/'] });

      expect([...unreadable]).toEqual(['refs/heads/caf\ufffd']);
    });

    it('has no head when HEAD points to such a branch', async () => {
      const { repository, remote, main } = withOdd();
      writeFileSync(join(repository.directory, 'HEAD'), latin1('ref: refs/heads/caf\xe9\n'));

      const { refs, head } = await listRefs(remote, { prefixes: ['HEAD', 'refs/heads/'] });

      expect(head).toBeNull();
      expect([...refs]).toEqual([['refs/heads/main', main]]);
    });
  });

  it('has no head when HEAD points to a branch without commits', async () => {
    const { repository, remote } = aRepository();
    repository.commit({ branch: 'topic', files: { a: 'a' } });
    repository.setHead('refs/heads/unborn');

    const { refs, head } = await listRefs(remote);

    expect([...refs.keys()]).toEqual(['refs/heads/topic']);
    expect(head).toBeNull();
  });

  it('has no head when HEAD is detached', async () => {
    const { repository, remote } = aRepository();
    const main = repository.commit({ branch: 'main', files: { a: 'a' } });
    repository.git('update-ref', '--no-deref', 'HEAD', main);

    expect((await listRefs(remote)).head).toBeNull();
  });

  it.each([
    ['in Japanese', '機能/検索'],
    ['with an emoji', 'feature/🚀'],
    ['with a no-break space', 'a\u00a0b'],
    ['very long', Array.from({ length: 4 }, (_, index) => `${index}`.repeat(200)).join('/')],
    ['with punctuation', `a'"&<>|;$(x)=%20#{}+,!`],
  ])('keeps the name of a branch %s', async (_, name) => {
    const { repository, remote } = aRepository();
    const commit = repository.commit({ branch: 'main', files: { a: 'a' } });
    repository.setRef(`refs/heads/${name}`, commit);

    const { refs } = await listRefs(remote, { prefixes: [`refs/heads/${name}`] });

    expect([...refs]).toEqual([[`refs/heads/${name}`, commit]]);
  });

  it('returns 50,000 branches, in v2 with one request', async () => {
    const { repository, remote } = aRepository();
    const commit = repository.commit({ branch: 'main', files: { a: 'a' } });
    const lines = Array.from({ length: 50_000 }, (_, index) => `${commit} refs/heads/branch-${index}\n`);
    // As git keeps them; written one by one they would be as many files.
    writeFileSync(join(repository.directory, 'packed-refs'), lines.join(''));

    const { refs } = await listRefs(remote);

    expect(refs.size).toBe(50_001);
    expect(refs).toEqual(repository.refs());
    expect(server.requests).toHaveLength(protocol === 'v2' ? 1 : 2);
  });

  it('reports wrong credentials', async () => {
    const remote = { ...aRepository().remote, headers: { authorization: 'Bearer wrong' } };

    await expect(listRefs(remote)).rejects.toMatchObject({
      code: 'git_auth_failed',
      message: expect.stringMatching(/refused the credentials \(HTTP 401\)$/),
      remedy: expect.stringContaining('credentials'),
      retry: false,
    });
  });

  it('sends the credentials', async () => {
    const { remote } = aRepository();

    await listRefs({ ...remote, headers: { authorization: 'Bearer right' } });

    expect(new Set(server.requests.map((request) => request.headers.authorization))).toEqual(
      new Set(['Bearer right']),
    );
  });

  it('reports a missing repository', async () => {
    await expect(
      listRefs({ url: server.url('absent.git'), headers: {}, network: loopback }),
    ).rejects.toMatchObject({
      code: 'git_repository_not_found',
      retry: false,
    });
  });

  it('rejects a repository with SHA-256 ids and names the reason', async () => {
    const { repository, remote } = aRepository({ objectFormat: 'sha256' });
    repository.commit({ branch: 'main', files: { a: 'a' } });

    await expect(listRefs(remote)).rejects.toMatchObject({
      code: 'git_unsupported',
      message: expect.stringContaining('sha256'),
    });
  });

  it.each<[string, Fault, string]>([
    [
      'a login page',
      { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<form>' },
      'git_unexpected_response',
    ],
    [
      'text with the content type of git',
      { kind: 'answer', status: 200, headers: { 'content-type': resultType }, body: 'hello' },
      'git_unexpected_response',
    ],
    [
      'an empty advertisement',
      { kind: 'answer', status: 200, headers: { 'content-type': advertisementType } },
      'git_unexpected_response',
    ],
    ['403', { kind: 'answer', status: 403 }, 'git_auth_failed'],
    ['404', { kind: 'answer', status: 404 }, 'git_repository_not_found'],
    ['410', { kind: 'answer', status: 410 }, 'git_server_error'],
    ['429', { kind: 'answer', status: 429 }, 'git_rate_limited'],
    ['500', { kind: 'answer', status: 500 }, 'git_server_error'],
    ['503', { kind: 'answer', status: 503 }, 'git_server_error'],
    ['418', { kind: 'answer', status: 418 }, 'git_unexpected_response'],
  ])('rejects %s', async (_, answer, code) => {
    fault = answer;

    await expect(listRefs(aRepository().remote)).rejects.toMatchObject({ code });
  });

  it('reports a blocked address without the words of the server', async () => {
    fault = {
      kind: 'answer',
      status: 403,
      headers: { 'content-type': 'text/plain' },
      body: 'To access this repository, an admin must whitelist your IP. db-password=hunter2',
    };

    await expect(listRefs(aRepository().remote)).rejects.toMatchObject({
      code: 'git_address_refused',
      message: expect.stringMatching(/refused the address that Bough calls from \(HTTP 403\)$/),
      remedy: expect.stringContaining('allowed IP addresses'),
    });
  });

  it.each([
    [429, 'git_rate_limited', 30],
    [503, 'git_server_error', 30],
    [500, 'git_server_error', undefined],
  ])('reports the retry time of the server after HTTP %i', async (status, code, retryAfter) => {
    fault = { kind: 'answer', status, headers: { 'retry-after': '30' } };

    await expect(listRefs(aRepository().remote)).rejects.toMatchObject({ code, retryAfter });
  });

  it.each([
    ['ends', false],
    ['is cut off', true],
  ])('rejects a partial listing when the response %s early', async (_, isCut) => {
    const { repository, remote } = aRepository();
    const commit = repository.commit({ branch: 'main', files: { a: 'a' } });
    for (const name of ['a', 'b', 'c']) repository.setRef(`refs/heads/${name}`, commit);
    let length = 0;
    const measure = (body: Buffer) => {
      length = body.length;
      return body;
    };
    fault = { kind: 'rewrite', rewrite: measure };
    await listRefs(remote);

    for (let missing = 1; missing < 60; missing += 7) {
      fault = { kind: 'truncate', after: length - missing, cut: isCut };
      await expect(listRefs(remote)).rejects.toMatchObject({ code: 'git_truncated', retry: true });
    }
  });

  it('times out when the server stops sending', async () => {
    const { repository, remote } = aRepository();
    repository.commit({ branch: 'main', files: { a: 'a' } });
    fault = { kind: 'stall', after: 10 };

    await expect(listRefs({ ...remote, timeoutMs: 100 })).rejects.toMatchObject({
      code: 'git_stalled',
      retry: true,
    });
  });
});
