import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStorage } from '../../infra/local/aws/s3/storage.ts';
import { createSitesServer } from '../../infra/local/sites.ts';
import { recordLog, serve, temporaryDirectory } from './support.ts';

async function startSites(pages: Record<string, string>, headers: Record<string, string> = {}) {
  const storage = await openStorage(await temporaryDirectory());
  onTestFinished(() => storage.close());
  const bucket = await storage.create('sites');
  for (const [key, content] of Object.entries(pages)) {
    const blob = await bucket.receive(Readable.from([content]));
    await bucket.commit(key, blob, { headers, checksums: {} }, blob.md5);
  }
  const url = await serve(createSitesServer(Promise.resolve(bucket), recordLog().log));
  return {
    url,
    get: async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init });
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        location: response.headers.get('location'),
        etag: response.headers.get('etag'),
        cache: response.headers.get('cache-control'),
        text: await response.text(),
      };
    },
  };
}

const PAGES = {
  'main-demo/index.html': '<h1>main</h1>',
  'main-demo/docs/index.html': '<h1>docs</h1>',
  'main-demo/app.js': 'let a;',
  'main-demo/ä b.txt': 'text',
  'main-demo/LICENSE': 'license',
  'other-demo/index.html': 'other',
  'other-demo/404.html': 'not here',
};

describe('published sites', () => {
  it.each([
    ['/main-demo/', '<h1>main</h1>', 'text/html; charset=utf-8'],
    ['/main-demo/index.html', '<h1>main</h1>', 'text/html; charset=utf-8'],
    ['/main-demo/docs/', '<h1>docs</h1>', 'text/html; charset=utf-8'],
    ['/main-demo/docs/?query=1', '<h1>docs</h1>', 'text/html; charset=utf-8'],
    ['/main-demo/app.js', 'let a;', 'text/javascript; charset=utf-8'],
    ['/main-demo/%C3%A4%20b.txt', 'text', 'text/plain; charset=utf-8'],
    ['/main-demo/LICENSE', 'license', 'application/octet-stream'],
  ])('answer %s', async (path, text, type) => {
    const { get } = await startSites(PAGES);
    expect(await get(path)).toMatchObject({ status: 200, text, type, cache: 'no-cache' });
  });

  it('send a directory to its page, so that relative links work', async () => {
    const { get } = await startSites(PAGES);
    expect(await get('/main-demo')).toMatchObject({ status: 302, location: '/main-demo/' });
    expect(await get('/main-demo/docs?a=1')).toMatchObject({ status: 302, location: '/main-demo/docs/?a=1' });
    expect((await get('//main-demo')).location).toBe('/main-demo/');
  });

  it.each([
    '/',
    '/none/',
    '/main-demo/none',
    '/main-demo/none/',
    '/main-demo/../other-demo/none',
    '/%E0%A4%A',
  ])('say that %s is not there', async (path) => {
    const { get } = await startSites(PAGES);
    expect((await get(path)).status).toBe(404);
  });

  it('may have a page for what is not there', async () => {
    const { get } = await startSites(PAGES);
    expect(await get('/other-demo/none/deep')).toMatchObject({ status: 404, text: 'not here' });
  });

  it('keep the type that they were published with', async () => {
    const { get } = await startSites({ 'a/feed': '<rss/>' }, { 'content-type': 'application/rss+xml' });
    expect((await get('/a/feed')).type).toBe('application/rss+xml');
  });

  it('are sent in part, only when changed, or not at all', async () => {
    const { get } = await startSites(PAGES);
    const { etag } = await get('/main-demo/app.js');
    expect(await get('/main-demo/app.js', { headers: { 'if-none-match': etag ?? '' } })).toMatchObject({
      status: 304,
      text: '',
    });
    expect(await get('/main-demo/app.js', { headers: { range: 'bytes=4-5' } })).toMatchObject({
      status: 206,
      text: 'a;',
    });
    expect(await get('/main-demo/app.js', { headers: { range: 'bytes=9-' } })).toMatchObject({ status: 416 });
    expect(await get('/main-demo/app.js', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(await get('/main-demo/app.js', { method: 'POST' })).toMatchObject({ status: 405 });
  });
});
