import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fetchPack } from '../../shared/git/fetch-pack.ts';
import type { GitRemote } from '../../shared/git/remote.ts';
import { collect } from '../support/chunks.ts';
import { createRepository, type GitRepository } from '../support/git-repository.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { loopback } from '../support/loopback.ts';
import { noise } from '../support/noise.ts';

const root = mkdtempSync(join(tmpdir(), 'fetch-pack-'));
afterAll(() => rmSync(root, { recursive: true }));

/** So that deltas pay: changing one line of it changes little. */
const manyLines = Array.from({ length: 2000 }, (_, index) => `line ${index} of a long file\n`);

async function fetchAll(...[remote, request, hooks]: Parameters<typeof fetchPack>): Promise<Buffer> {
  return Buffer.concat(await collect(await fetchPack(remote, request, hooks)));
}

describe.each(['v2', 'v0'] as const)('fetching a pack from a %s server', (protocol) => {
  let server: GitServer;
  let source: GitRepository;
  let remote: GitRemote;
  let repositories = 0;

  beforeAll(async () => {
    server = await startGitServer({
      root,
      protocol,
      authorize: (authorization) => authorization !== 'Bearer wrong',
    });
  });
  afterEach(() => {
    server.requests.length = 0;
  });
  afterAll(() => server.stop());

  function aSource(): void {
    const name = `${protocol}-${repositories++}.git`;
    source = createRepository(root, name);
    remote = { url: server.url(name), headers: {}, network: loopback };
  }

  /** Puts a pack into a repository as git would, and fails if it is not good or not complete there. */
  function unpack(target: GitRepository, pack: Buffer, tips: string[]): void {
    target.index(pack);
    target.setRefs(tips.map((tip, index) => [`refs/tips/${index}`, tip]));
    target.git('fsck', '--full', '--strict', '--no-dangling');
  }

  const aTarget = () => createRepository(root, `${protocol}-target-${repositories++}.git`);

  it('returns all objects reachable from the wants, including merges and tag objects', async () => {
    aSource();
    const base = source.commit({ branch: 'main', files: { a: 'a', 'dir/b': 'b' } });
    const topic = source.commit({ branch: 'topic', from: base, files: { c: 'c' }, renames: { a: 'dir/a' } });
    source.commit({ branch: 'main', files: { a: 'A' } });
    source.commit({ branch: 'main', merge: [topic], message: 'merge' });
    source.annotatedTag('v1', base);
    const target = aTarget();

    const pack = await fetchAll(remote, { wants: [...source.refs().values()], haves: [] });

    unpack(target, pack, [...source.refs().values()]);
    expect(target.objects()).toEqual(source.objects());
  });

  it('omits the objects of the haves, and contains deltas against them', async () => {
    aSource();
    const before = source.commit({ branch: 'main', files: { long: manyLines.join('') } });
    const target = aTarget();
    const full = await fetchAll(remote, { wants: [before], haves: [] });
    unpack(target, full, [before]);
    const after = source.commit({
      branch: 'main',
      files: { long: manyLines.with(1000, 'another\n').join('') },
    });

    const thin = await fetchAll(remote, { wants: [after], haves: [before] });

    expect(thin.readUInt32BE(8)).toBe(3);
    expect(thin.length).toBeLessThan(full.length / 10);
    expect(() => aTarget().index(thin, { fixThin: false })).toThrow(/unresolved delta/);
    unpack(target, thin, [before, after]);
    expect(target.objects()).toEqual(source.objects());
  });

  it('succeeds when the server has none of the haves', async () => {
    aSource();
    const commit = source.commit({ branch: 'main', files: { a: 'a' } });
    const elsewhere = createRepository(root, `${protocol}-elsewhere-${repositories++}.git`);
    const unknown = elsewhere.commit({ branch: 'main', files: { z: 'z' } });
    const target = aTarget();

    unpack(target, await fetchAll(remote, { wants: [commit], haves: [unknown] }), [commit]);

    expect(target.objects()).toEqual(source.objects());
  });

  it('returns an empty pack when the haves contain everything', async () => {
    aSource();
    const commit = source.commit({ branch: 'main', files: { a: 'a' } });

    expect((await fetchAll(remote, { wants: [commit], haves: [commit] })).readUInt32BE(8)).toBe(0);
  });

  it('returns an empty pack for no wants, without a request', async () => {
    aSource();

    expect((await fetchAll(remote, { wants: [], haves: [] })).readUInt32BE(8)).toBe(0);
    expect(server.requests).toEqual([]);
  });

  it('sends thousands of wants and haves in one compressed request', async () => {
    aSource();
    const commits = source.addBranches(2000);
    const wants = commits.slice(1000);
    const haves = commits.slice(0, 1000);
    const target = aTarget();
    unpack(target, await fetchAll(remote, { wants: haves, haves: [] }), haves.slice(-1));
    server.requests.length = 0;

    const pack = await fetchAll(remote, { wants, haves });

    unpack(target, pack, wants.slice(-1));
    expect(target.objects()).toEqual(source.objects());
    const fetches = server.requests.filter(({ body }) => body.includes('done'));
    expect(fetches.map(({ headers }) => headers['content-encoding'])).toContain('gzip');
    expect(fetches).toHaveLength(protocol === 'v2' ? 1 : 2);
  });

  it("reports the server's progress line by line", async () => {
    aSource();
    const commit = source.commit({ branch: 'main', files: { a: 'a' } });
    const lines: string[] = [];

    await fetchAll(remote, { wants: [commit], haves: [] }, { progress: (line) => lines.push(line) });

    expect(lines).toContain('Counting objects: 100% (3/3), done.');
    expect(lines.join('')).not.toMatch(/[\r\n]/);
  });

  it('requests no progress without a progress callback', async () => {
    aSource();
    const commit = source.commit({ branch: 'main', files: { a: 'a' } });

    await fetchAll(remote, { wants: [commit], haves: [] });

    expect(server.requests.at(-1)?.body).toContain('no-progress');
  });

  it('reports a want that was deleted since the listing', async () => {
    aSource();
    source.commit({ branch: 'main', files: { a: 'a' } });
    const vanished = source.commit({ branch: 'topic', files: { b: 'b' } });
    source.deleteRef('refs/heads/topic');
    source.collectGarbage();

    await expect(fetchPack(remote, { wants: [vanished], haves: [] })).rejects.toMatchObject({
      code: 'git_object_not_found',
      message: expect.stringContaining(vanished),
      remedy: expect.stringContaining('List the refs again'),
      retry: true,
    });
  });

  it('reports a repository that has become empty', async () => {
    aSource();

    await expect(fetchPack(remote, { wants: ['1'.repeat(40)], haves: [] })).rejects.toMatchObject({
      code: 'git_object_not_found',
    });
  });

  it.each([
    ['a SHA-256 id', 'a'.repeat(64)],
    ['the name of a ref', 'refs/heads/main'],
    ['an id with a second line', `${'a'.repeat(40)}\nwant x`],
  ])('rejects %s as an id, without a request', async (_, oid) => {
    aSource();

    await expect(fetchPack(remote, { wants: [oid], haves: [] })).rejects.toMatchObject({
      code: 'git_unsupported',
    });
    await expect(fetchPack(remote, { wants: [], haves: [oid] })).rejects.toMatchObject({
      code: 'git_unsupported',
    });
    expect(server.requests).toEqual([]);
  });

  it('reports wrong credentials', async () => {
    aSource();
    const wants = [source.commit({ branch: 'main', files: { a: 'a' } })];

    await expect(
      fetchPack({ ...remote, headers: { authorization: 'Bearer wrong' } }, { wants, haves: [] }),
    ).rejects.toMatchObject({ code: 'git_auth_failed' });
  });
});

describe('fetching a pack', () => {
  let server: GitServer;
  let wants: string[];
  const size = 20_000_000;

  beforeAll(async () => {
    server = await startGitServer({ root });
    const source = createRepository(root, 'large.git');
    wants = [source.commit({ branch: 'main', files: { noise: noise(size) } })];
  });
  afterAll(() => server.stop());

  it('applies backpressure to the server for a slow reader', async () => {
    const pack = await fetchPack(
      { url: server.url('large.git'), headers: {}, network: loopback },
      { wants, haves: [] },
    );
    const reader = pack[Symbol.asyncIterator]();
    await reader.next();

    await vi.waitFor(() => expect(server.answers.waiting).toBe(1), { timeout: 10_000 });

    expect(server.answers.sentBytes).toBeLessThan(size / 2);
    await reader.return?.();
  });

  it('does not time out because of a slow reader', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const pack = await fetchPack(
      { url: server.url('large.git'), headers: {}, network: loopback },
      { wants, haves: [] },
    );
    let length = 0;

    for await (const chunk of pack) {
      length += chunk.length;
      vi.advanceTimersByTime(3_600_000);
    }

    expect(length).toBeGreaterThan(size);
  });

  it('closes the connection when the reader stops early, even before the first byte', async () => {
    for (const taken of [0, 1]) {
      const pack = await fetchPack(
        { url: server.url('large.git'), headers: {}, network: loopback },
        { wants, haves: [] },
      );
      const reader = pack[Symbol.asyncIterator]();
      for (let count = 0; count < taken; count++) await reader.next();

      await reader.return?.();

      await vi.waitFor(() => expect(server.answers.open).toBe(0), { timeout: 10_000 });
    }
  });
});
