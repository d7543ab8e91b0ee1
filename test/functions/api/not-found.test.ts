import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { apiWorld } from '../../support/api-world.ts';

function aWorld() {
  const world = apiWorld();
  world.errorPages.set('pr-1-shop', '<h1>größer? Not here.</h1>');
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
      });
    },
  );

  it.each([
    '/not-found/main-shop/none.html',
    '/not-found/index.html',
    '/not-found//pr-1-shop/none.html',
    '/not-found/../pr-1-shop/none.html',
    '/not-found/%2e%2e/none.html',
  ])('gets the default page when the site has no error page: %s', async (path) => {
    const { status, text, headers } = await call(aWorld().handler, 'GET', path);

    expect(status).toBe(404);
    expect(text).toContain('<h1>Not found</h1>');
    expect(headers).toMatchObject({ 'content-type': 'text/html;charset=utf-8' });
  });

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

describe('a HEAD request', () => {
  it('gets the response to GET without the body', async () => {
    const { handler } = apiWorld();
    const get = await call(handler, 'GET', '/projects');
    const head = await call(handler, 'HEAD', '/openapi.json');

    expect(get.status).toBe(200);
    expect(head).toMatchObject({ status: 200, text: '' });
  });
});
