import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSitesServer } from '../../../../local/aws/cloudfront/sites.ts';
import {
  createRequestFunction,
  createResponseFunction,
} from '../../../../local/aws/cloudfront/viewer-function.ts';
import { openStorage } from '../../../../local/aws/s3/storage.ts';
import { ask } from '../../../support/ask.ts';
import { startHttpServer } from '../../../support/http-server.ts';
import { recordLog, serve, temporaryDirectory } from '../../support.ts';

const codeOf = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../../infra/constructs', name), 'utf8');
const HEADERS = { 'content-type': 'text/plain', 'cache-control': 'public, max-age=0, must-revalidate' };

/** Serves sites of a bucket by path, or by host names below `domain`, with a fallback for missing objects. */
async function startSites(
  pages: Record<string, string>,
  { headers = HEADERS as Record<string, string>, domain = '', rules = {} as Record<string, string> } = {},
) {
  const storage = await openStorage(await temporaryDirectory());
  onTestFinished(() => storage.close());
  const bucket = await storage.create('sites');
  for (const [key, content] of Object.entries(pages)) {
    const blob = await bucket.receive(Readable.from([content]));
    await bucket.commit(key, blob, { headers, checksums: {} }, blob.md5);
  }
  const fallback = await startHttpServer(({ path }) =>
    path.endsWith('/docs')
      ? { status: 302, headers: { location: './docs/' }, body: '' }
      : {
          status: 404,
          headers: { 'content-type': 'text/html', 'cache-control': 'no-store', 'x-amz-meta-headers': 'kept' },
          body: 'not here',
        },
  );
  onTestFinished(() => fallback.stop());
  const requestFunction = createRequestFunction(
    codeOf('site-request.js').replace('SITES_DOMAIN', domain),
    new Map(Object.entries(rules)),
  );
  const responseFunction = createResponseFunction(codeOf('site-response.js'));
  const url = await serve(
    createSitesServer(
      Promise.resolve({
        bucket,
        requestFunction,
        responseFunction,
        fallback: { url: `${fallback.url}/not-found`, headers: { 'x-own': 'key' } },
      }),
      recordLog().log,
    ),
  );
  return {
    get: (path: string, sent: Record<string, string> = {}, method = 'GET') => ask(url, path, sent, method),
    asked: () => fallback.requests.map(({ method, path }) => `${method} ${path}`),
  };
}

const PAGES = {
  'main-demo/index.html': '<h1>main</h1>',
  'main-demo/docs/index.html': '<h1>docs</h1>',
  'main-demo/app.js': 'let a;',
  'main-demo/ä b.txt': 'text',
  'main-demo/a+b.txt': 'sum',
  'other-demo/index.html': 'other',
};

describe('published sites', () => {
  it.each([
    ['/main-demo/', '<h1>main</h1>'],
    ['/main-demo/index.html', '<h1>main</h1>'],
    ['/main-demo/docs/', '<h1>docs</h1>'],
    ['/main-demo/docs/?query=1', '<h1>docs</h1>'],
    ['/main-demo/app.js', 'let a;'],
    ['//main-demo/app.js', 'let a;'],
    ['/m%61in-demo/app.js', 'let a;'],
    ['/main-demo/%C3%A4%20b.txt', 'text'],
    ['/main-demo/a+b.txt', 'sum'],
    ['/main-demo/a%2Bb.txt', 'sum'],
  ])('serve %s with its stored headers', async (path, text) => {
    const { get } = await startSites(PAGES);
    expect(await get(path)).toMatchObject({ status: 200, text, headers: HEADERS });
  });

  it('keep the query when the fallback redirects to a directory', async () => {
    const { get } = await startSites(PAGES);
    expect(await get('/main-demo/docs')).toMatchObject({ status: 302, headers: { location: './docs/' } });
    expect((await get('/main-demo/docs?a=1&b&a=%20')).headers.location).toBe('./docs/?a=1&a=%20&b=');
  });

  it('have the headers in the metadata of their objects, also for a part of a file', async () => {
    const stored = JSON.stringify({ 'content-security-policy': "default-src 'self'" });
    const { get } = await startSites(PAGES, { headers: { ...HEADERS, 'x-amz-meta-headers': stored } });
    for (const range of ['bytes=0-1', '']) {
      const { headers } = await get('/main-demo/app.js', range === '' ? {} : { range });
      expect(headers).toMatchObject({ 'content-security-policy': "default-src 'self'" });
      expect(headers).not.toHaveProperty('x-amz-meta-headers');
    }
  });

  it.each([
    ['/', '/index.html'],
    ['/none/', '/none/index.html'],
    ['/main-demo/none.css', '/main-demo/none.css'],
    ['/main-demo/n%C3%B6.css?query=1', '/main-demo/n%C3%B6.css'],
  ])('request missing objects from the fallback: %s', async (path, asked) => {
    const sites = await startSites(PAGES);
    const { status, text, headers } = await sites.get(path);
    expect({ status, text }).toEqual({ status: 404, text: 'not here' });
    expect(headers).toMatchObject({ 'content-type': 'text/html', 'cache-control': 'no-store' });
    // CloudFront calls no function for an error.
    expect(headers).toMatchObject({ 'x-amz-meta-headers': 'kept' });
    expect(sites.asked()).toEqual([`GET /not-found${asked}`]);
  });

  it('request the fallback with the same method', async () => {
    const sites = await startSites(PAGES);
    expect(await sites.get('/none/', {}, 'HEAD')).toMatchObject({ status: 404, text: '' });
    expect(sites.asked()).toEqual(['HEAD /not-found/none/index.html']);
  });

  it.each(['/main-demo/../other-demo/', '/main-demo/%2e%2e/other-demo/', '/%E0%A4%A.html'])(
    'refuse %s',
    async (path) => {
      const { get } = await startSites(PAGES);
      expect((await get(path)).status).toBe(400);
    },
  );

  it('support ranges and conditional requests, and refuse other methods', async () => {
    const { get } = await startSites(PAGES);
    const { etag } = (await get('/main-demo/app.js')).headers;
    expect(await get('/main-demo/app.js', { 'if-none-match': etag ?? '' })).toMatchObject({
      status: 304,
      text: '',
    });
    expect(await get('/main-demo/app.js', { range: 'bytes=4-5' })).toMatchObject({ status: 206, text: 'a;' });
    expect(await get('/main-demo/app.js', { range: 'bytes=9-' })).toMatchObject({ status: 416 });
    expect(await get('/main-demo/app.js', {}, 'HEAD')).toMatchObject({ status: 200, text: '' });
    expect(await get('/main-demo/app.js', {}, 'POST')).toMatchObject({ status: 405 });
  });
});

describe('published sites with host names', () => {
  const host = 'main-demo.localhost:4001';

  it('serve the site of the host name', async () => {
    const { get } = await startSites(PAGES, { domain: 'localhost' });
    expect(await get('/', { host })).toMatchObject({ status: 200, text: '<h1>main</h1>' });
    expect(await get('/docs/', { host })).toMatchObject({ status: 200, text: '<h1>docs</h1>' });
    expect((await get('/docs', { host })).headers.location).toBe('./docs/');
  });

  it('serve no other site by path, and name the site of a missing page', async () => {
    const sites = await startSites(PAGES, { domain: 'localhost' });
    expect((await sites.get('/other-demo/', { host })).status).toBe(404);
    expect(sites.asked()).toEqual(['GET /not-found/main-demo/other-demo/index.html']);
  });

  it('serve sites by path under every other host name', async () => {
    const { get } = await startSites(PAGES, { domain: 'localhost' });
    expect(await get('/main-demo/')).toMatchObject({ status: 200, text: '<h1>main</h1>' });
  });
});
