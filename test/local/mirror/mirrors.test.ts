import { createHash, randomBytes } from 'node:crypto';
import { ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { dynamoTable, type Table } from '../../../shared/adapters/aws/dynamodb/table.ts';
import { mirrorPlace, mirrorSizes, s3Mirrors } from '../../../shared/adapters/aws/mirror/mirrors.ts';
import type { MirrorUpdate } from '../../../shared/domain/mirror/mirror.ts';
import { whyRenew } from '../../../shared/domain/mirror/mirror-chain.ts';
import { fingerprintOfTags } from '../../../shared/domain/mirror/tags.ts';
import { StoreConflict } from '../../../shared/ports/store-conflict.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { type AwsStandIns, contentOf, keysOf, startAwsStandIns } from '../../support/aws-stand-ins.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { aws } from '../support.ts';

let local: AwsStandIns;
beforeAll(async () => {
  local = await startAwsStandIns();
});
afterAll(() => local.stop());

describe('a mirror', () => {
  const table = () => dynamoTable(local.dynamodb, local.tableName);
  const mirrors = (over: Table = table()) => s3Mirrors(over, local.s3, local.bucket);
  const main = 'refs/heads/main';
  const id = (letter: string) => letter.repeat(40);
  const bundles = [
    { key: 'p/bundles/1.bundle', bytes: 7, created_at: '2026-11-22T10:00:00Z', tips: [id('a')] },
    { key: 'p/bundles/2.bundle', bytes: 5, created_at: '2026-11-22T11:00:00Z', on: 3 },
  ];
  const chain = {
    bundles,
    renewed: { version: 2, bundles: 1 },
    superseded: [{ key: 'p/bundles/0.bundle', at: '2026-11-22T10:00:00Z' }],
  };
  const swept_at = '2026-11-22T09:00:00Z';
  const setting = (heads: Record<string, string>, drop: string[] = []): MirrorUpdate => ({
    set: new Map(Object.entries(heads)),
    drop,
    swept_at,
  });
  const commit = async (project: string, update: MirrorUpdate, by = mirrors()) =>
    by.commit(project, await by.read(project, [...update.set.keys(), ...update.drop]), update);
  const headsOf = async (project: string) => Object.fromEntries((await mirrors().read(project, 'all')).heads);

  it('is empty before its first commit', async () => {
    const project = newId();
    expect(await mirrors().read(project, 'all')).toMatchObject({ heads: new Map(), bundles: [], version: 0 });
    expect(await mirrors().size(project)).toBeNull();
    expect(await mirrors().sweep(project, { now: '2026', before: '2026' })).toBe(0);
  });

  it('has the state of the last commit', async () => {
    const project = newId();
    await commit(project, { ...setting({ [main]: id('a'), 'refs/heads/x': id('c') }), chain });
    const bundle = { key: 'p/bundles/3.bundle', bytes: 3, created_at: swept_at, on: 1, tips: [id('b')] };
    const last = await commit(project, { ...setting({ [main]: id('b') }, ['refs/heads/x']), bundle });

    const heads = new Map([[main, id('b')]]);
    const state = { ...chain, bundles: [...bundles, bundle], heads, recent: heads, swept_at, tags: '0-0-0' };
    expect(await mirrors().read(project, 'all')).toEqual({ ...state, version: last.version });
    expect(last).toMatchObject(state);
  });

  it.each([
    ['the commits that it brought', { tips: [id('a')] }],
    ['fewer commits', { tips: [] }],
    ['another commit', { tips: [id('b')] }],
    ['too many commits to store', {}],
  ])('has a bundle that was fetched for %s', async (_, tips) => {
    const project = newId();
    const bundle = { key: 'k', bytes: 1, created_at: swept_at, ...tips };
    await commit(project, { ...setting({ [main]: id('a') }), bundle });
    expect((await mirrors().read(project, [])).bundles).toEqual([bundle]);
  });

  it('gives only the wanted heads, and those that changed last', async () => {
    const project = newId();
    await commit(project, setting({ [main]: id('a'), 'refs/heads/x': id('b'), 'refs/heads/y': id('c') }));
    await commit(project, setting({ 'refs/heads/x': id('d') }));
    const { heads, recent } = await mirrors().read(project, [main, 'refs/heads/absent']);
    expect([...heads]).toEqual([[main, id('a')]]);
    expect([...recent.values()]).toEqual(['a', 'c', 'd'].map(id));
  });

  it('reports its size and its tags without a full read', async () => {
    const project = newId();
    await commit(project, { ...setting({ [main]: id('a'), 'refs/tags/v1': id('b') }), chain });
    await commit(project, setting({ 'refs/tags/v1': id('c'), 'refs/tags/v2': id('c') }));
    await commit(project, setting({ 'refs/tags/v3': id('d') }, ['refs/tags/v2']));
    expect(await mirrorSizes(table()).size(project)).toMatchObject({
      full_bytes: 7,
      added_bundles: 1,
      added_bytes: 5,
      swept_at,
      tags: fingerprintOfTags((await mirrors().read(project, 'all')).heads),
    });
  });

  describe('of an earlier version', () => {
    const anOldMirror = async (project: string, heads: Record<string, string> = { [main]: id('a') }) => {
      const manifest = `${project}/manifests/1-old.json`;
      const before = bundles.map(({ key, bytes, created_at }) => ({ key, bytes, created_at }));
      const Body = JSON.stringify({ heads, bundles: before });
      await local.s3.send(new PutObjectCommand({ Bucket: local.bucket, Key: manifest, Body }));
      await table().save(mirrorPlace(project), { manifest, version: 1 });
      return before;
    };
    const many = Object.fromEntries(
      Array.from({ length: 2000 }, (_, index) => [`refs/tags/${index}`, id('a')]),
    );

    it('can be read, and is compacted only after its next commit', async () => {
      const project = newId();
      const before = await anOldMirror(project);
      const size = await mirrors().size(project);
      expect(size && whyRenew(size)).toBeNull();
      expect(size).toMatchObject({ swept_at: null, tags: null });
      expect(await mirrors().read(project, 'all')).toMatchObject({
        heads: new Map([[main, id('a')]]),
        bundles: before,
        version: 1,
        renewed: { version: 0, bundles: 1 },
        superseded: [],
        swept_at: null,
      });
    });

    it('has a size, the new form and all its heads after its next commit', async () => {
      const project = newId();
      await anOldMirror(project, many);
      await commit(project, setting({ [main]: id('b') }, ['refs/tags/0']));

      const { 'refs/tags/0': _, ...others } = many;
      expect(await headsOf(project)).toEqual({ ...others, [main]: id('b') });
      const tags = fingerprintOfTags(new Map(Object.entries(others)));
      expect(await mirrors().size(project)).toMatchObject({ full_bytes: 7, added_bundles: 1, tags });
      expect((await mirrors().read(project, [])).recent.size).toBeLessThan(600);
    });

    it('is swept', async () => {
      const project = newId();
      await anOldMirror(project, many);
      await mirrors().sweep(project, { now: swept_at, before: '2000' });
      expect(await headsOf(project)).toEqual(many);
      expect(await mirrors().size(project)).toMatchObject({
        swept_at,
        tags: fingerprintOfTags(new Map(Object.entries(many))),
      });
    });

    it('cannot be changed any more by a program of that version', async () => {
      const project = newId();
      await anOldMirror(project);
      await commit(project, setting({ [main]: id('b') }));
      const stored = await table().get(mirrorPlace(project), z.looseObject({}));
      expect(stored).not.toHaveProperty('manifest');
    });
  });

  it('includes commits of other programs since the last read', async () => {
    const project = newId();
    const [one, other] = [mirrors(), mirrors()];
    await commit(project, setting({ [main]: id('a') }), one);
    await one.read(project, 'all');
    await commit(project, setting({ [main]: id('b') }), other);
    expect((await one.read(project, [main])).heads.get(main)).toBe(id('b'));
  });

  it('may have references beyond the size limit of an item', async () => {
    const project = newId();
    const heads = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`refs/heads/branch/${index}`, id('a')]),
    );
    await commit(project, setting(heads));
    expect(await headsOf(project)).toEqual(heads);
  });

  it('refuses a commit on an old state, and leaves no objects', async () => {
    const project = newId();
    const empty = await mirrors().read(project, [main]);
    const first = await mirrors().commit(project, empty, setting({ [main]: id('a') }));
    const second = await mirrors().commit(project, first, setting({ [main]: id('b') }));
    for (const known of [empty, first, { ...second, version: 9 }])
      await expect(mirrors().commit(project, known, setting({ [main]: id('c') }))).rejects.toThrow(
        StoreConflict,
      );
    expect(await headsOf(project)).toEqual({ [main]: id('b') });
    expect(await keysOf(local, project)).toEqual([]);
  });

  it('accepts one of several concurrent commits', async () => {
    const project = newId();
    const empty = await mirrors().read(project, [main]);
    const commits = ['a', 'b', 'c', 'd'].map((letter) =>
      mirrors().commit(project, empty, setting({ [main]: id(letter) })),
    );
    const results = await Promise.allSettled(commits);
    const taken = results.filter(({ status }) => status === 'fulfilled');
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({ value: { heads: new Map(Object.entries(await headsOf(project))) } });
  });

  it('can be read when the response of a commit was lost', async () => {
    const project = newId();
    const unsure: Table = {
      ...table(),
      async save(place, item) {
        await table().save(place, item);
        throw new Error('socket hang up');
      },
    };
    await expect(commit(project, setting({ [main]: id('a') }), mirrors(unsure))).rejects.toThrow(
      'socket hang up',
    );
    expect(await headsOf(project)).toEqual({ [main]: id('a') });
  });
});

describe('a bundle', () => {
  const mirrors = (s3 = local.s3, bucket = local.bucket) =>
    s3Mirrors(dynamoTable(local.dynamodb, local.tableName), s3, bucket);
  const uploads = async () => {
    const { Uploads = [] } = await local.s3.send(new ListMultipartUploadsCommand({ Bucket: local.bucket }));
    return Uploads.length;
  };
  const MiB = 1024 * 1024;

  async function* chunked(content: Buffer, size: number, end?: Error): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size);
    if (end) throw end;
  }

  it.each([
    ['nothing', 0, 1],
    ['a few bytes', 10, 3],
    ['less than a part', 3 * MiB, 65_536],
    ['exactly one part', 8 * MiB, 65_537],
    ['several parts, in odd chunks', 20 * MiB + 1, 77_777],
    ['several parts, in one chunk', 17 * MiB, 64 * MiB],
  ])('of %s is stored unchanged', async (_, length, size) => {
    const project = newId();
    const content = randomBytes(length);
    const written = await mirrors().writeBundle(project, '01', chunked(content, size));
    expect(written).toEqual({ key: `${project}/bundles/01.bundle`, bytes: length });
    const stored = await contentOf(local, written.key);
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect([stored.length, digest(stored)]).toEqual([length, digest(content)]);
    expect(await uploads()).toBe(0);
  });

  it('may contain empty chunks', async () => {
    const project = newId();
    async function* holey() {
      for (const text of ['', 'a', '', '', 'b', '']) yield Buffer.from(text);
    }
    const { key } = await mirrors().writeBundle(project, '01', holey());
    expect((await contentOf(local, key)).toString()).toBe('ab');
  });

  it.each([
    ['at once', 0],
    ['in the first part', MiB],
    ['after two parts', 17 * MiB],
  ])('whose stream fails %s leaves nothing', async (_, length) => {
    const project = newId();
    const failure = new Error('the stream failed');
    const stream = chunked(randomBytes(length), 65_536, failure);
    await expect(mirrors().writeBundle(project, '01', stream)).rejects.toThrow(failure);
    expect(await keysOf(local, project)).toEqual([]);
    expect(await uploads()).toBe(0);
  });

  it.each([
    ['small', 10],
    ['large', 20 * MiB],
  ])('that is %s and that S3 refuses is not read further', async (_, length) => {
    const server = await startHttpServer(() => ({ status: 403, body: '' }));
    const refusing = new S3Client({ ...aws, forcePathStyle: true, endpoint: server.url, maxAttempts: 1 });
    let isClosed = false;
    async function* source() {
      try {
        yield* chunked(randomBytes(length), 65_536);
        // git's endless output after the upload has failed.
        while (length > MiB) yield randomBytes(65_536);
      } finally {
        isClosed = true;
      }
    }
    try {
      await expect(mirrors(refusing).writeBundle(newId(), '01', source())).rejects.toThrow();
      await expect.poll(() => isClosed).toBe(true);
    } finally {
      refusing.destroy();
      await server.stop();
    }
  });
});
