import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HeaderRules } from '../../../functions/builder/header-rules.ts';
import { publishSite } from '../../../functions/builder/publish-site.ts';
import { aContext, type Buckets, startBuckets, temporaryDirectory, writeFiles } from './builder-fixture.ts';

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

async function publish(files: Record<string, string>, s3 = buckets.s3, rules: HeaderRules = []) {
  const context = aContext(s3, directory);
  writeFiles(context.workspace.site, files);
  const count = await publishSite(context, context.workspace.site, rules);
  rmSync(context.workspace.site, { recursive: true });
  return { count, lines: context.log.lines };
}

describe('publishing a site', () => {
  it("uploads every file under the environment's name, with its media type", async () => {
    const { count, lines } = await publish({
      'index.html': '<h1>Hi</h1>',
      'assets/ä b.css': 'a{}',
      '.nojekyll': '',
      'large.txt': 'x'.repeat(9 * 2 ** 20),
    });

    expect(count).toBe(4);
    expect(lines).toEqual(['Publishing 4 files']);
    expect(await buckets.content('sites')).toEqual({
      'pr-7-abcdefg-shop/index.html': '<h1>Hi</h1>',
      'pr-7-abcdefg-shop/assets/ä b.css': 'a{}',
      'pr-7-abcdefg-shop/.nojekyll': '',
      'pr-7-abcdefg-shop/large.txt': 'x'.repeat(9 * 2 ** 20),
    });
    const page = await buckets.head('sites', 'pr-7-abcdefg-shop/index.html');
    expect(page).toMatchObject({ ContentType: 'text/html;charset=utf-8' });
    const style = await buckets.head('sites', 'pr-7-abcdefg-shop/assets/ä b.css');
    expect(style).toMatchObject({ ContentType: 'text/css;charset=utf-8' });
  });

  it.each(['index.html', 'app.js', 'logo.png'])(
    'lets %s be kept, but not shown before it is known to be the newest',
    async (name) => {
      await publish({ [name]: 'content' });

      const { CacheControl } = await buckets.head('sites', `pr-7-abcdefg-shop/${name}`);
      expect(CacheControl).toBe('public, max-age=0, must-revalidate');
    },
  );

  it('uploads new and changed files, deletes removed files, and changes nothing else', async () => {
    await buckets.put('sites', { 'pr-7-abcdefg-shop2/index.html': 'other', 'pr-7-abcdefg-shop': 'other' });
    await publish({ 'index.html': 'old', 'same.css': 'a{}', 'gone/old.js': '' });
    const before = await buckets.head('sites', 'pr-7-abcdefg-shop/same.css');
    const { lines } = await publish({ 'index.html': 'new', 'same.css': 'a{}', 'added.js': '1' });

    expect(await buckets.content('sites')).toEqual({
      'pr-7-abcdefg-shop': 'other',
      'pr-7-abcdefg-shop/added.js': '1',
      'pr-7-abcdefg-shop/index.html': 'new',
      'pr-7-abcdefg-shop/same.css': 'a{}',
      'pr-7-abcdefg-shop2/index.html': 'other',
    });
    expect(lines).toEqual([
      'Publishing 3 files',
      '  2 new or changed, 1 unchanged, 1 removed from pr-7-abcdefg-shop/',
    ]);
    const after = await buckets.head('sites', 'pr-7-abcdefg-shop/same.css');
    expect(after.LastModified).toEqual(before.LastModified);
  });

  it('deletes a site without files', async () => {
    await publish({ 'index.html': 'old' });
    const { count, lines } = await publish({});

    expect(count).toBe(0);
    expect(await buckets.content('sites')).toEqual({});
    expect(lines).toEqual([
      'Publishing 0 files',
      '  0 new or changed, 0 unchanged, 1 removed from pr-7-abcdefg-shop/',
    ]);
  });

  describe('with rules for headers', () => {
    const rules = [
      { for: '/assets/*', set: { 'Cache-Control': 'max-age=31536000', 'X-Own': '1' } },
      { for: '/*', set: { 'Content-Security-Policy': "default-src 'self'" } },
    ];
    const files = { 'index.html': 'home', 'assets/app.js': '1' };
    const head = (name: string) => buckets.head('sites', `pr-7-abcdefg-shop/${name}`);

    it('stores each file’s headers with it', async () => {
      await publish(files, buckets.s3, rules);

      expect(await head('assets/app.js')).toMatchObject({
        CacheControl: 'max-age=31536000',
        ContentType: 'text/javascript;charset=utf-8',
        Metadata: { headers: '{"x-own":"1","content-security-policy":"default-src \'self\'"}' },
      });
      expect(await head('index.html')).toMatchObject({
        CacheControl: 'public, max-age=0, must-revalidate',
        Metadata: { headers: '{"content-security-policy":"default-src \'self\'"}' },
      });
    });

    it('uploads unchanged files again when the rules change, and only then', async () => {
      await publish(files);
      expect((await publish(files, buckets.s3, rules)).lines.at(-1)).toMatch(/^ {2}2 new or changed, 0 unch/);
      expect((await publish(files, buckets.s3, rules)).lines.at(-1)).toMatch(/^ {2}0 new or changed, 2 unch/);
      expect((await publish(files)).lines.at(-1)).toMatch(/^ {2}2 new or changed, 0 unchanged, 0 removed/);
      expect((await publish(files)).lines.at(-1)).toMatch(/^ {2}0 new or changed, 2 unchanged/);
      expect((await head('index.html')).Metadata).toEqual({});
    });

    it('uploads every file again after an interrupted change of the rules', async () => {
      await publish(files);
      const s3 = buckets.watched((request) => request === 'PutObjectCommand pr-7-abcdefg-shop/index.html');
      await publish(files, buckets.s3, rules);
      await expect(publish(files, s3, rules.slice(1))).rejects.toThrow('refused');

      expect((await publish(files, buckets.s3, rules)).lines.at(-1)).toMatch(/^ {2}2 new or changed/);
    });

    it('leaves nothing of a site without files', async () => {
      await publish(files, buckets.s3, rules);
      await publish({}, buckets.s3, rules);

      expect(await buckets.content('sites')).toEqual({});
    });

    it('publishes nothing when a file would have too many headers', async () => {
      const long = [{ for: '/*', set: { 'X-A': 'a'.repeat(1200), 'X-B': 'b'.repeat(1200) } }];

      await expect(publish(files, buckets.s3, long)).rejects.toThrow(
        'The headers of assets/app.js take 2419 bytes of at most 2000.',
      );
      expect(await buckets.content('sites')).toEqual({});
    });
  });

  it('logs nothing without a site before and after', async () => {
    expect(await publish({})).toEqual({ count: 0, lines: [] });
  });

  describe('as a series of requests', () => {
    let seen: string[];
    beforeEach(() => {
      seen = [];
    });
    const noting = (request: string) => {
      seen.push(request);
      return false;
    };

    it('deletes only after all uploads', async () => {
      const names = Array.from({ length: 40 }, (_, index) => [`${index}.html`, `${index}`]);
      await publish({ 'old.html': 'old' });
      await publish(Object.fromEntries(names), buckets.watched(noting));

      expect(seen.filter((request) => request.startsWith('PutObject')).length).toBe(40);
      expect(seen.filter((request) => request.startsWith('Delete'))).toEqual(['DeleteObjectsCommand']);
      expect(seen.at(-1)).toBe('DeleteObjectsCommand');
    });

    it('deletes nothing when an upload fails', async () => {
      await publish({ 'old.html': 'old' });
      const s3 = buckets.watched((request) => request === 'PutObjectCommand pr-7-abcdefg-shop/new.html');

      await expect(publish({ 'new.html': 'new' }, s3)).rejects.toThrow('refused');
      expect(await buckets.content('sites')).toEqual({ 'pr-7-abcdefg-shop/old.html': 'old' });
    });

    it('sends nothing for an unchanged site', async () => {
      await publish({ 'index.html': 'same' });
      await publish({ 'index.html': 'same' }, buckets.watched(noting));

      expect(seen).toEqual(['ListObjectsV2Command']);
    });
  });
});
