import { describe, expect, it } from 'vitest';
import { type CallOptions, call as callAny } from '../../support/api-events.ts';
import { apiWorld, distributionKey } from '../../support/api-world.ts';

type Handler = Parameters<typeof callAny>[0];

/** A request of the distribution. */
const call = (handler: Handler, method: string, path: string, options: CallOptions = {}) =>
  callAny(handler, method, path, { ...options, headers: { 'x-bough-distribution': distributionKey } });

function aWorld(files: Record<string, string> = { '404.html': '<h1>größer? Not here.</h1>' }) {
  const world = apiWorld();
  for (const [name, content] of Object.entries(files)) world.siteFiles.set(`pr-1-shop/${name}`, content);
  return world;
}

describe('a missing page of a site', () => {
  it.each(['/not-found/pr-1-shop/none.html', '/not-found/pr-1-shop/deep/down', '/not-found/pr-1-shop'])(
    'is answered with the site’s own page, which nobody keeps: %s',
    async (path) => {
      const { status, text, headers } = await call(aWorld().handler, 'GET', path);

      expect({ status, text }).toEqual({ status: 404, text: '<h1>größer? Not here.</h1>' });
      expect(headers).toEqual({
        'content-type': 'text/html;charset=utf-8',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'x-own': '404.html',
      });
    },
  );

  it.each([
    '/not-found/main-shop/none.html',
    '/not-found/index.html',
    '/not-found//pr-1-shop/none.html',
    '/not-found/../pr-1-shop/none.html',
    '/not-found/%2e%2e/none.html',
    '/not-found/main-shop/../pr-1-shop/none.html',
    '/not-found/main-shop/./none.html',
  ])('gets the default page when the site has no error page: %s', async (path) => {
    const { status, text, headers } = await call(aWorld().handler, 'GET', path);

    expect(status).toBe(404);
    expect(text).toContain('<h1>Not found</h1>');
    expect(headers).toMatchObject({ 'content-type': 'text/html;charset=utf-8' });
  });

  it.each([undefined, '', 'distribution-ke', 'distribution-key2'])(
    'is closed to everyone but the distribution, which enforces access control: %s',
    async (key) => {
      const headers = key === undefined ? {} : { 'x-bough-distribution': key };
      for (const file of ['none.html', ''])
        for (const method of ['GET', 'HEAD']) {
          const { handler } = aWorld({ '200.html': 'secret', 'index.html': '' });
          const answer = await callAny(handler, method, `/not-found/pr-1-shop/${file}`, { headers });
          expect(answer).toMatchObject({ status: 403 });
          expect(answer.text).not.toContain('secret');
        }
    },
  );

  it('accepts any query', async () => {
    const { status, text } = await call(aWorld().handler, 'GET', '/not-found/pr-1-shop/a', { query: 'a=b' });

    expect({ status, text }).toEqual({ status: 404, text: '<h1>größer? Not here.</h1>' });
  });

  it('gets no body for a HEAD request', async () => {
    const { status, text, headers } = await call(aWorld().handler, 'HEAD', '/not-found/pr-1-shop/none.html');

    expect({ status, text }).toEqual({ status: 404, text: '' });
    expect(headers).toMatchObject({ 'content-type': 'text/html;charset=utf-8' });
  });

  it('is not logged as a failure', async () => {
    const { handler, reported } = aWorld();
    await call(handler, 'GET', '/not-found/pr-1-shop/none.html');

    expect(reported).toEqual([]);
  });
});

describe('a path without a slash at its end', () => {
  const files = { 'index.html': '', 'docs/a b/index.html': '', 'v1.2/index.html': '', '200.html': '' };

  it.each([
    ['/not-found/pr-1-shop', './pr-1-shop/'],
    ['/not-found/pr-1-shop/docs/a b', './a%20b/'],
    ['/not-found/pr-1-shop/docs/a%20b', './a%20b/'],
  ])('redirects to the directory that has a page: %s', async (path, location) => {
    const { status, headers } = await call(aWorld(files).handler, 'GET', path);

    expect(status).toBe(302);
    expect(headers).toMatchObject({ location, 'cache-control': 'no-store' });
  });

  it('never redirects to another host', async () => {
    const { handler, siteFiles } = apiWorld();
    siteFiles.set('pr-1-shop/https:evil/index.html', '');
    const { headers } = await call(handler, 'GET', '/not-found/pr-1-shop/https:evil');

    expect(headers['location']).toBe('./https%3Aevil/');
  });

  it('is that of a file when the last part has a dot', async () => {
    expect((await call(aWorld(files).handler, 'GET', '/not-found/pr-1-shop/v1.2')).status).toBe(200);
  });
});

describe('a site with 200.html', () => {
  it.each([
    '/not-found/pr-1-shop/users/1',
    '/not-found/pr-1-shop/users/index.html',
    '/not-found/pr-1-shop/no.js',
  ])('answers every path that is no file with it, with its own headers: %s', async (path) => {
    const { handler } = aWorld({ '200.html': '<h1>app</h1>', '404.html': '' });
    const { status, text, headers } = await call(handler, 'GET', path);

    expect({ status, text }).toEqual({ status: 200, text: '<h1>app</h1>' });
    expect(headers).toMatchObject({ 'content-type': 'text/html;charset=utf-8', 'x-own': '200.html' });
  });
});

describe('a HEAD request', () => {
  it('gets the response to GET without the body', async () => {
    const { handler } = apiWorld();
    const get = await call(handler, 'GET', '/projects');
    const head = await call(handler, 'HEAD', '/openapi.json');

    expect(get.status).toBe(200);
    expect(head).toMatchObject({ status: 200, text: '' });
  });
});
