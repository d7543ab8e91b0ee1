import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cacheLimits, cacheLimitsWithin, tooSlow } from '../../../functions/builder/cache-limits.ts';
import type { Job } from '../../../functions/builder/job.ts';
import { restoreCache } from '../../../functions/builder/restore-cache.ts';
import { storeCache } from '../../../functions/builder/store-cache.ts';
import { unpackCache } from '../../../functions/builder/unpack-cache.ts';
import {
  aContext,
  aJob,
  type Buckets,
  startBuckets,
  temporaryDirectory,
  writeFiles,
} from './builder-fixture.ts';

let buckets: Buckets;
let directory: string;
let remove: () => void;
beforeAll(async () => {
  buckets = await startBuckets();
});
beforeEach(async () => {
  await buckets.clear();
  ({ directory, remove } = temporaryDirectory());
});
afterEach(() => remove());
afterAll(() => buckets.stop());

const own = 'shop/cache/pr-7-abcdefg.tgz';
const parents = 'shop/cache/main-bvxea6i.tgz';
const main = {
  BOUGH_ENVIRONMENT: 'main',
  BOUGH_MACHINE_NAME: 'main-bvxea6i',
  BOUGH_DATA_FROM: '',
  BOUGH_DATA_FROM_MACHINE_NAME: '',
};

/** One build of an environment, on a machine of its own. */
function aBuild(job: Partial<Job> = {}, s3 = buckets.s3) {
  const context = aContext(s3, mkdtempSync(join(directory, 'build-')), { job: aJob(job) });
  const path = (name: string) => join(context.workspace.cache, name);
  return { context, path, write: (files: Record<string, string>) => writeFiles(path(''), files) };
}

/** Stores a cache with these files. */
async function stored(job: Partial<Job>, files: Record<string, string>): Promise<void> {
  const build = aBuild(job);
  build.write(files);
  await storeCache(build.context, null);
}

const keys = async () => Object.keys(await buckets.content('activities'));

describe('a cache', () => {
  it('is the one of the last build of the environment, with modes, times, links and empty directories', async () => {
    const first = aBuild();
    first.write({ 'a/tool': '#!/bin/sh\n', 'a/data': 'x'.repeat(100_000), 'lib.so.1.2': 'lib' });
    mkdirSync(first.path('empty'));
    symlinkSync('lib.so.1.2', first.path('lib.so.1'));
    symlinkSync('lib.so.1', first.path('lib.so'));
    utimesSync(first.path('a/data'), 1_000_000, 1_000_000);
    await storeCache(first.context, null);
    expect(first.context.log.lines).toEqual([
      expect.stringMatching(/^Stored the cache: \d+(\.\d)? \w+ in \d+\.\d s$/),
    ]);

    await stored(main, { other: 'of the parent' });
    const second = aBuild();
    const restored = await restoreCache(second.context);

    expect(second.context.log.lines).toEqual([
      expect.stringMatching(/^Restored the cache of pr-7: \d+(\.\d)? \w+ in \d+\.\d s$/),
    ]);
    expect(restored).toMatchObject({ isOwn: true });
    expect(readFileSync(second.path('a/data'), 'utf8')).toHaveLength(100_000);
    expect(readFileSync(second.path('lib.so'), 'utf8')).toBe('lib');
    expect(existsSync(second.path('empty'))).toBe(true);
    expect(existsSync(second.path('other'))).toBe(false);
    await storeCache(second.context, restored);
    expect(second.context.log.lines.at(-1)).toBe('The cache is unchanged');
  });

  it('is first the parent’s, and then stored as the environment’s own', async () => {
    await stored(main, { tool: 'made by main' });
    const child = aBuild();
    const restored = await restoreCache(child.context);
    expect(child.context.log.lines).toEqual([expect.stringMatching(/^Restored the cache of main: /)]);
    expect(readFileSync(child.path('tool'), 'utf8')).toBe('made by main');

    child.write({ tool: 'made by pr-7' });
    await storeCache(child.context, restored);
    expect((await keys()).sort()).toEqual([parents, own]);
    const again = aBuild(main);
    await restoreCache(again.context);
    expect(readFileSync(again.path('tool'), 'utf8')).toBe('made by main');
  });

  it('does not exist without files, but a script may empty it', async () => {
    const unused = aBuild();
    expect(await restoreCache(unused.context)).toBeNull();
    await storeCache(unused.context, null);
    expect(unused.context.log.lines).toEqual([]);
    expect(await keys()).toEqual([]);

    await stored(main, { tool: 'broken' });
    const { context } = aBuild();
    const restored = await restoreCache(context);
    const emptied = aBuild();
    await storeCache({ ...emptied.context, log: context.log }, restored);
    const next = aBuild();
    await restoreCache(next.context);
    expect(existsSync(next.path('tool'))).toBe(false);
  });

  it('leaves out links that lead out of it, and special files', async () => {
    const build = aBuild();
    build.write({ kept: 'x' });
    for (const [index, target] of ['/etc/hosts', '../..', 'nowhere', build.path('kept')].entries()) {
      symlinkSync(target, build.path(`link-${index}`));
    }
    await storeCache(build.context, null);

    expect(build.context.log.lines[0]).toBe(
      'The cache leaves out 4, special files and links that lead out of it: link-0, link-1, link-2, link-3',
    );
    const next = aBuild();
    await restoreCache(next.context);
    expect(existsSync(next.path('kept'))).toBe(true);
    expect(existsSync(next.path('link-0'))).toBe(false);
  });

  it.each([
    ['has too many files', { files: 1 }, 'it has more than 1 files'],
    ['is too large unpacked', { unpacked: 2048 }, 'it has more than 2 KiB unpacked'],
    ['is too large packed', { packed: 10 }, 'it has more than 10 bytes packed'],
    ['takes too long', { minutes: 1 / 60_000 }, `it took more than ${1 / 60_000} min`],
  ])('is neither stored nor restored when it %s, and the build continues', async (_, limit, reason) => {
    const limits = { ...cacheLimits, ...limit };
    const files = { a: 'a'.repeat(5000), b: 'b' };
    const large = aBuild();
    large.write(files);
    await storeCache(large.context, null, limits);
    expect(large.context.log.lines).toEqual([`The cache is not stored: ${reason}`]);
    expect(await keys()).toEqual([]);

    await stored({}, files);
    const { context, path } = aBuild();
    expect(await restoreCache(context, limits)).toBeNull();
    expect(context.log.lines).toEqual([`The cache of pr-7 is not used: ${reason}`]);
    expect(existsSync(path('a'))).toBe(false);
    expect(existsSync(path(''))).toBe(true);
  });

  it('is stored only while the build has time for it', () => {
    const minutes = [30, 5.5, 4.9, 2.9, 0].map((left) => cacheLimitsWithin(left).minutes);
    expect(minutes).toEqual([3, 3, 2, 0, 0]);
    expect(tooSlow({ minutes: 0 }).message).toBe('the build has no time left for it');
  });

  it.each([
    ['no archive', Buffer.from('no archive'), /incorrect header check/],
    ['cut off', gzipSync(Buffer.alloc(4096, 'x')).subarray(0, 20), /unexpected end|invalid/i],
    ['packed nonsense', gzipSync(Buffer.alloc(4096, 'x')), /invalid/i],
  ])('is not used when it is %s, and the build continues', async (_, archive, reason) => {
    await buckets.put('activities', { [own]: archive });
    const { context, path } = aBuild();

    expect(await restoreCache(context)).toBeNull();
    expect(context.log.lines).toEqual([expect.stringMatching(/^The cache of pr-7 is not used: /)]);
    expect(context.log.lines[0]).toMatch(reason);
    expect(existsSync(path(''))).toBe(true);
  });

  it('is not stored when S3 refuses it or a script replaced its directory, and the build continues', async () => {
    const refused = aBuild(
      {},
      buckets.watched((request) => request.startsWith('PutObject')),
    );
    refused.write({ a: 'a' });
    await storeCache(refused.context, null);
    expect(refused.context.log.lines).toEqual(['The cache is not stored: refused']);

    const replaced = aBuild();
    replaced.context.workspace.cache = join(directory, 'link');
    await symlink('/etc', replaced.context.workspace.cache);
    await storeCache(replaced.context, null);
    expect(replaced.context.log.lines).toEqual([
      'The cache is not stored: $BOUGH_CACHE_DIR is no directory any more',
    ]);
    expect(await keys()).toEqual([]);
  });

  it('ends with a build that is stopped', async () => {
    await stored({}, { a: 'a' });
    const { context, write } = aBuild();
    const signal = AbortSignal.abort(new Error('stopped'));

    await expect(restoreCache({ ...context, signal })).rejects.toThrow('stopped');
    write({ a: 'a' });
    await expect(storeCache({ ...context, signal }, null)).rejects.toThrow('stopped');
  });
});

/** An entry of an archive, in the header's own form. */
interface Entry {
  name: string;
  type?: '0' | '1' | '2' | '3' | '5';
  target?: string;
}

/** An archive as no packer writes it: names and links are taken as they are. */
async function anArchive(entries: readonly Entry[]): Promise<Readable> {
  const archive = pack();
  archive.entry({ name: 'a', type: 'file', mode: 0o644, mtime: new Date(0), size: 0 }).end();
  archive.finalize();
  const template = (await buffer(archive)).subarray(0, 512);
  const headers = entries.map(({ name, type = '0', target = '' }) => {
    const header = Buffer.from(template);
    header.fill(0, 0, 100).write(name);
    header.write(type, 156);
    header.fill(0, 157, 257).write(target, 157);
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return header;
  });
  return Readable.from([gzipSync(Buffer.concat([...headers, Buffer.alloc(1024)]))]);
}

describe('a hostile archive', () => {
  const link = (name: string, target: string): Entry => ({ name, type: '2', target });
  const folder = (name: string): Entry => ({ name, type: '5' });

  it('would be unpacked if it were harmless', async () => {
    const archive = await anArchive([folder('a'), { name: 'a/b' }, link('c', 'a/b')]);
    const target = join(directory, 'cache');
    await unpackCache(archive, target, cacheLimits, new AbortController().signal);
    expect(readFileSync(join(target, 'c'), 'utf8')).toBe('');
  });

  it.each<[string, Entry[]]>([
    ['a name outside of the directory', [{ name: '../outside' }]],
    ['a name that leaves it later', [folder('a'), { name: 'a/../../outside' }]],
    ['an absolute name', [{ name: '/tmp/outside' }]],
    ['a link out of it', [link('out', '..')]],
    ['an absolute link', [link('out', '/etc')]],
    ['a link to nothing', [link('out', '../outside')]],
    [
      'a chain of links out of it',
      [folder('a'), folder('a/b'), link('a/b/c', '../..'), link('out', 'a/b/c/..')],
    ],
    ['a file written through a link', [link('out', '..'), { name: 'out/outside' }]],
    ['a link written through a link', [folder('a'), link('b', 'a'), link('b/outside', '.')]],
    ['a directory in place of a link', [link('out', '..'), folder('out')]],
    ['the directory itself as a link', [link('.', '..')]],
    ['a hard link', [{ name: 'a' }, { name: 'b', type: '1', target: 'a' }]],
    ['a device', [{ name: 'a', type: '3' }]],
  ])('is refused with %s', async (_, entries) => {
    const archive = await anArchive(entries);
    const target = join(directory, 'cache');

    await expect(unpackCache(archive, target, cacheLimits, new AbortController().signal)).rejects.toThrow();
    expect(existsSync(join(directory, 'outside'))).toBe(false);
    expect(existsSync(join(target, 'a/outside'))).toBe(false);
  });

  it('cannot fill the disk: a small archive of zeros is refused at the limit', async () => {
    const zeros = pack();
    const size = 4 * 2 ** 20;
    zeros
      .entry({ name: 'zeros', type: 'file', mode: 0o644, mtime: new Date(0), size })
      .end(Buffer.alloc(size));
    zeros.finalize();
    const bomb = gzipSync(await buffer(zeros), { level: 9 });
    expect(bomb.length).toBeLessThan(gunzipSync(bomb).length / 100);
    const limits = { ...cacheLimits, unpacked: 2 ** 20 };

    const unpacking = unpackCache(
      Readable.from([bomb]),
      join(directory, 'cache'),
      limits,
      new AbortController().signal,
    );
    await expect(unpacking).rejects.toThrow('it has more than 1 MiB unpacked');
  });
});
