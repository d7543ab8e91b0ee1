import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dynamoTable } from '../../../shared/adapters/aws/dynamodb/table.ts';
import { s3Mirrors } from '../../../shared/adapters/aws/mirror/mirrors.ts';
import type { MirrorState } from '../../../shared/domain/mirror/mirror.ts';
import { decodeBundleHeader } from '../../../shared/git/bundle.ts';
import { gitSource } from '../../../shared/git/source.ts';
import { systemClock as clock } from '../../../shared/runtime/clock.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { mirrorRefs } from '../../../shared/workflow/mirror/steps/mirror-refs.ts';
import { type AwsStandIns, contentOf, keysOf, startAwsStandIns } from '../../support/aws-stand-ins.ts';
import { createRepository, type GitRepository } from '../../support/git-repository.ts';
import { type Fault, type GitServer, startGitServer } from '../../support/git-server.ts';
import { loopback } from '../../support/loopback.ts';
import { noise } from '../../support/noise.ts';
import { band, mapPackets } from '../../support/wire.ts';

const root = mkdtempSync(join(tmpdir(), 'mirror-whole-'));
let local: AwsStandIns;
let repositories = 0;

beforeAll(async () => {
  local = await startAwsStandIns();
});
afterAll(async () => {
  await local.stop();
  rmSync(root, { recursive: true });
});

describe.each(['v2', 'v0'] as const)('a mirror of a repository on a %s server', (protocol) => {
  let server: GitServer;
  let fault: (() => Fault) | undefined;

  beforeAll(async () => {
    server = await startGitServer({
      root,
      protocol,
      intercept: ({ body }) => (/done\n(0000)?$/.test(body) ? fault?.() : undefined),
    });
  });
  afterEach(() => {
    fault = undefined;
  });
  afterAll(() => server.stop());

  const aRepository = () => createRepository(root, `${protocol}-${repositories++}.git`);

  function aMirrorOf(source: GitRepository) {
    const project = newId();
    const url = server.url(basename(source.directory));
    const mirrors = s3Mirrors(dynamoTable(local.dynamodb, local.tableName), local.s3, local.bucket);
    const remote = (timeoutMs = 30_000) => gitSource({ url, headers: {}, timeoutMs, network: loopback });
    const list = async () => (await remote().listRefs(['HEAD', 'refs/heads/', 'refs/tags/'])).refs;
    const bring = async (set: ReadonlyMap<string, string>, timeoutMs?: number) => {
      const { heads } = await mirrors.read(project, 'all');
      const drop = [...heads.keys()].filter((ref) => !set.has(ref));
      return mirrorRefs({ mirrors, clock }, project, remote(timeoutMs), { set, drop }, () => undefined);
    };
    return {
      list,
      bring,
      update: async () => bring(await list()),
      read: () => mirrors.read(project, 'all'),
      /** Mirrors another repository once. */
      async put(other: GitRepository) {
        const from = gitSource({
          url: server.url(basename(other.directory)),
          headers: {},
          network: loopback,
        });
        await mirrorRefs({ mirrors, clock }, project, from, { set: other.refs() }, () => undefined);
      },
      /** Returns the keys of stored objects and of unfinished uploads. */
      async stored() {
        const { Uploads = [] } = await local.s3.send(
          new ListMultipartUploadsCommand({ Bucket: local.bucket }),
        );
        return { keys: await keysOf(local, project), uploads: Uploads.length };
      },
    };
  }

  const fetches = () => server.requests.filter(({ body }) => body.includes('want ')).length;

  /** Creates a repository with the objects of the chain and the mirror's references. */
  async function restore({ bundles, heads }: MirrorState): Promise<GitRepository> {
    const copy = createRepository(root, `copy-${repositories++}.git`);
    for (const { key } of bundles) {
      const bundle = await contentOf(local, key);
      copy.index(bundle.subarray(decodeBundleHeader(bundle).length));
    }
    copy.packRefs(heads);
    return copy;
  }

  async function expectWhole(state: MirrorState, source: GitRepository): Promise<void> {
    const copy = await restore(state);
    copy.git('fsck', '--full', '--strict', '--no-dangling');
    expect(copy.refs()).toEqual(source.refs());
    expect(copy.objects()).toEqual(source.objects());
  }

  it('has every reference and every object after any push', async () => {
    const source = aRepository();
    const { update } = aMirrorOf(source);
    const lines = Array.from({ length: 500 }, (_, index) => `line ${index}\n`);
    const first = source.commit({ branch: 'main', files: { text: lines.join(''), a: 'a' } });
    source.annotatedTag('v1', first);
    await update();
    const topic = source.commit({
      branch: 'topic',
      from: first,
      files: { text: lines.with(7, '7\n').join('') },
    });
    source.setRef('refs/tags/light', topic);
    await update();
    source.commit({ branch: 'main', files: { b: 'b' }, renames: { a: 'dir/機能' } });
    source.commit({ branch: 'main', merge: [topic], message: 'merge' });
    source.deleteRef('refs/heads/topic');
    await update();
    const base = source.commit({ branch: '機能/🚀', from: first, files: { text: null } });
    source.commit({ branch: '機能/🚀', files: { c: 'dropped' } });
    await update();
    source.commit({ branch: '機能/🚀', from: base, files: { c: 'pushed by force' } });
    source.collectGarbage();
    await update();
    const long = Array.from({ length: 4 }, (_, index) => `${index}`.repeat(200)).join('/');
    source.commit({ branch: long, from: null, files: { z: 'a history of its own' } });
    source.annotatedTag('moved', base);
    await update();
    source.annotatedTag('moved', first);
    source.commit({ branch: 'main', files: { text: lines.with(300, 'old text, changed\n').join('') } });

    await expectWhole(await update(), source);
  });

  it('replaces foreign content at the next change', async () => {
    const source = aRepository();
    const { update, read, put } = aMirrorOf(source);
    const first = source.commit({ branch: 'main', files: { a: 'a' } });
    await update();
    const other = aRepository();
    other.commit({ branch: 'main', files: { a: 'not from Bitbucket' } });
    other.commit({ branch: 'own', from: null, files: { b: 'b' } });
    await put(other);
    expect((await read()).heads).toEqual(other.refs());

    source.commit({ branch: 'main', from: first, files: { a: 'changed in Bitbucket' } });
    const state = await update();

    expect(state.heads).toEqual(source.refs());
    const copy = await restore(state);
    copy.git('fsck', '--full', '--strict', '--no-dangling');
    expect(copy.refs()).toEqual(source.refs());
  });

  it('of an empty repository is empty, until its first push', async () => {
    const source = aRepository();
    const { update, stored } = aMirrorOf(source);
    expect(await update()).toMatchObject({ version: 0, bundles: [] });
    expect(await stored()).toEqual({ keys: [], uploads: 0 });

    source.commit({ branch: 'main', files: { a: 'a' } });

    await expectWhole(await update(), source);
  });

  it('fetches 2,000 references of one push with one request', async () => {
    const source = aRepository();
    const { update } = aMirrorOf(source);
    source.commit({ branch: 'main', files: { a: 'a' } });
    await update();
    const commits = source.addBranches(1500);
    const commit = commits.at(-1) ?? '';
    source.packRefs(Array.from({ length: 500 }, (_, index) => [`refs/tags/t${index}`, commit]));
    const before = fetches();

    const state = await update();

    expect(state.bundles).toHaveLength(2);
    // The first request uses protocol v2, which a v0 server ignores.
    expect(fetches() - before).toBe(protocol === 'v2' ? 1 : 2);
    await expectWhole(state, source);
  });

  it('of 2,500 branches adds one commit as a small bundle', async () => {
    const source = aRepository();
    const { update } = aMirrorOf(source);
    source.addBranches(2_500);
    await update();
    source.commit({ branch: 'b1250', files: { f0: 'changed' } });
    const state = await update();

    const bundle = await contentOf(local, state.bundles[1]?.key ?? '');
    const { header, length } = decodeBundleHeader(bundle);
    expect([...header.refs.keys()]).toEqual(['refs/heads/b1250']);
    // A commit, a tree and a file.
    expect(bundle.readUInt32BE(length + 8)).toBe(3);
    if (protocol === 'v2') expect(header.prerequisites.length).toBeLessThan(100);
    await expectWhole(state, source);
  });

  it('is unchanged when a listed reference has disappeared', async () => {
    const source = aRepository();
    const { update, list, bring, read, stored } = aMirrorOf(source);
    source.commit({ branch: 'main', files: { a: 'a' } });
    await update();
    const before = { state: await read(), stored: await stored() };
    source.commit({ branch: 'topic', files: { b: 'b' } });
    const listed = await list();
    source.deleteRef('refs/heads/topic');
    source.collectGarbage();

    await expect(bring(listed)).rejects.toMatchObject({ code: 'git_host_unavailable' });

    expect({ state: await read(), stored: await stored() }).toEqual(before);
    await expectWhole(await update(), source);
  });

  describe('when the received objects are damaged', () => {
    /** Position after the first part of an upload. */
    const place = 9_000_000;
    let source: GitRepository;
    let first: string;

    beforeAll(() => {
      source = aRepository();
      first = source.commit({ branch: 'first', files: { a: 'a' } });
      source.commit({ branch: 'main', from: first, files: { noise: noise(place + 1_000_000) } });
    });

    function flipBit(body: Buffer): Buffer {
      const flipped = Buffer.from(body);
      flipped[place] = (flipped[place] ?? 0) ^ 1;
      return flipped;
    }

    function sideBandError(body: Buffer): Buffer {
      let passed = 0;
      return mapPackets(body, (payload) => {
        passed += payload.length;
        return passed > place ? [band(3, 'pack-objects died of signal 9\n')] : [payload];
      });
    }

    it.each<[string, Fault, number | undefined]>([
      ['end early', { kind: 'truncate', after: place }, undefined],
      ['are cut', { kind: 'truncate', after: place, cut: true }, undefined],
      ['have a flipped bit', { kind: 'rewrite', rewrite: flipBit }, undefined],
      ['end in an error of the server', { kind: 'rewrite', rewrite: sideBandError }, undefined],
      ['stop coming', { kind: 'stall', after: place }, 300],
    ])('and %s, leaves nothing behind and tries again', async (_, kind, timeoutMs) => {
      const { list, bring, read, stored } = aMirrorOf(source);
      await bring(new Map([['refs/heads/first', first]]));
      const before = { state: await read(), stored: await stored() };
      const listed = await list();
      fault = () => kind;

      await expect(bring(listed, timeoutMs)).rejects.toMatchObject({
        code: 'git_host_unavailable',
        remedy: expect.stringMatching(/Try again/),
      });

      expect({ state: await read(), stored: await stored() }).toEqual(before);
      fault = undefined;
      expect((await bring(listed)).heads).toEqual(listed);
    });
  });
});
