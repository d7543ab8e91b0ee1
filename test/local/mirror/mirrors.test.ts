import { createHash, randomBytes } from 'node:crypto';
import { ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoTable, type Table } from '../../../shared/adapters/aws/dynamodb/table.ts';
import { mirrorPlace, mirrorSizes, s3Mirrors } from '../../../shared/adapters/aws/mirror/mirrors.ts';
import type { MirrorState } from '../../../shared/domain/mirror/mirror.ts';
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
  const state = (version: number, commit = 'a'): MirrorState => ({
    heads: new Map([['refs/heads/main', commit.repeat(40)]]),
    bundles: [
      { key: 'p/bundles/1.bundle', bytes: 7, created_at: '2026-11-22T10:00:00Z', tips: ['a'.repeat(40)] },
      { key: 'p/bundles/2.bundle', bytes: 5, created_at: '2026-11-22T11:00:00Z', on: 3 },
    ],
    version,
    renewed: { version: 2, bundles: 1 },
    superseded: [{ key: 'p/bundles/0.bundle', at: '2026-11-22T10:00:00Z' }],
    swept_at: '2026-11-22T09:00:00Z',
  });

  it('is empty before its first commit', async () => {
    const project = newId();
    expect(await mirrors().read(project)).toMatchObject({ heads: new Map(), bundles: [], version: 0 });
    expect(await mirrors().size(project)).toBeNull();
    expect(await mirrors().sweep(project, { now: '2026', before: '2026' })).toBe(0);
  });

  it('has the state of the last commit', async () => {
    const project = newId();
    await mirrors().commit(project, state(1));
    await mirrors().commit(project, state(2, 'b'));
    expect(await mirrors().read(project)).toEqual(state(2, 'b'));
  });

  it('reports its size without a full read', async () => {
    const project = newId();
    await mirrors().commit(project, state(1));
    expect(await mirrorSizes(table()).size(project)).toMatchObject({
      full_bytes: 7,
      added_bundles: 1,
      added_bytes: 5,
      swept_at: '2026-11-22T09:00:00Z',
      tags: fingerprintOfTags(new Map()),
    });
  });

  it('reports changed tags without a full read', async () => {
    const project = newId();
    const heads = new Map([...state(1).heads, ['refs/tags/v1', 'b'.repeat(40)] as const]);
    await mirrors().commit(project, { ...state(1), heads });
    expect((await mirrorSizes(table()).size(project))?.tags).toBe(fingerprintOfTags(heads));
  });

  describe('without a compaction record', () => {
    const anOldMirror = async (project: string) => {
      const manifest = `${project}/manifests/1-old.json`;
      const { heads, bundles } = state(1);
      const before = bundles.map(({ key, bytes, created_at }) => ({ key, bytes, created_at }));
      const Body = JSON.stringify({ heads: Object.fromEntries(heads), bundles: before });
      await local.s3.send(new PutObjectCommand({ Bucket: local.bucket, Key: manifest, Body }));
      await table().save(mirrorPlace(project), { manifest, version: 1 });
      return before;
    };

    it('can be read, and is compacted only after its next commit', async () => {
      const project = newId();
      const bundles = await anOldMirror(project);
      const size = await mirrors().size(project);
      expect(size && whyRenew(size)).toBeNull();
      expect(size?.swept_at).toBeNull();
      expect(size?.tags).toBeNull();
      expect(await mirrors().read(project)).toEqual({
        heads: state(1).heads,
        bundles,
        version: 1,
        renewed: { version: 0, bundles: 1 },
        superseded: [],
        swept_at: null,
      });
    });

    it('has a size after its next commit', async () => {
      const project = newId();
      await anOldMirror(project);
      await mirrors().commit(project, { ...(await mirrors().read(project)), version: 2 });
      expect(await mirrors().size(project)).toMatchObject({ full_bytes: 7, added_bundles: 1 });
    });
  });

  it('includes commits of other programs since the last read', async () => {
    const project = newId();
    const [one, other] = [mirrors(), mirrors()];
    await one.commit(project, state(1));
    await one.read(project);
    await other.commit(project, state(2, 'b'));
    expect((await one.read(project)).heads).toEqual(state(2, 'b').heads);
  });

  it('may have references beyond the size limit of an item', async () => {
    const project = newId();
    const heads = new Map(
      Array.from({ length: 20_000 }, (_, index) => [`refs/heads/branch/${index}`, 'a'.repeat(40)]),
    );
    await mirrors().commit(project, { ...state(1), heads });
    expect((await mirrors().read(project)).heads).toEqual(heads);
  });

  it('refuses a commit on an old version, and leaves no objects', async () => {
    const project = newId();
    await mirrors().commit(project, state(1));
    await mirrors().commit(project, state(2, 'b'));
    const manifests = await keysOf(local, project);
    await expect(mirrors().commit(project, state(2, 'c'))).rejects.toThrow(StoreConflict);
    await expect(mirrors().commit(project, state(4, 'c'))).rejects.toThrow(StoreConflict);
    expect(await mirrors().read(project)).toEqual(state(2, 'b'));
    expect(await keysOf(local, project)).toEqual(manifests);
  });

  it('accepts one of several concurrent commits', async () => {
    const project = newId();
    const commits = ['a', 'b', 'c', 'd'].map((name) => state(1, name));
    const results = await Promise.allSettled(commits.map((each) => mirrors().commit(project, each)));
    const taken = commits.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    expect(await mirrors().read(project)).toEqual(taken[0]);
    expect(await keysOf(local, project)).toHaveLength(1);
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
    await expect(mirrors(unsure).commit(project, state(1))).rejects.toThrow('socket hang up');
    expect(await mirrors().read(project)).toEqual(state(1));
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
