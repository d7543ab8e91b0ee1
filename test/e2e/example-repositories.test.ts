import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployExample } from '../support/deployed-examples.ts';
import { root } from '../support/pages.ts';
import { beginStory, type Story } from '../support/story.ts';

let story: Story;

beforeAll(async () => {
  story = await beginStory('acme/unused', {
    BOUGH_SCHEDULE_SECONDS: '0',
    BOUGH_BUILD_PATH: join(root, 'test/support/stand-ins'),
  });
});
afterAll(async () => story?.end());

async function get(url: string) {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text() };
}

/** The address of the first asset of a page with this extension. */
const assetOf = (page: string, url: string, extension: string) =>
  new URL(new RegExp(`(?:src|href)="([^"]+\\.${extension})"`).exec(page)?.[1] ?? 'none', url).href;

describe('The example of a static site', () => {
  let url: string;
  beforeAll(async () => {
    url = (await deployExample(story, 'static-site')).main.url;
  });

  it('has its pages, with links that work below any path', async () => {
    const home = await get(url);
    const about = await get(`${url}about/`);

    expect(home.text).toContain('<h1>The bakery</h1>');
    expect(about.text).toContain('<h1>About the bakery</h1>');
    for (const [page, at] of [
      [home, url],
      [about, `${url}about/`],
    ] as const) {
      expect((await get(assetOf(page.text, at, 'css'))).status).toBe(200);
    }
  });

  it('answers a missing page at any depth with its own, whose links work', async () => {
    const missing = await get(`${url}bread/rye/`);

    expect(missing).toMatchObject({ status: 404, text: expect.stringContaining('This page is sold out') });
    expect((await get(assetOf(missing.text, url, 'css'))).text).toContain('max-width');
    expect(missing.text).toContain(`<a href="${url}">`);
  });

  it('publishes nothing else of its repository', async () => {
    expect((await get(`${url}README.md`)).status).toBe(404);
    expect((await get(`${url}404.html.new`)).status).toBe(404);
  });
});

describe('The example of a monorepo', () => {
  it('has a route for each site; the pull request links to the shop', async () => {
    const { main } = await deployExample(story, 'monorepo');
    const handbook = main.urls.find((url) => url.endsWith('/handbook/')) ?? '';

    expect(main.urls).toHaveLength(2);
    expect(main.url).toMatch(/\/shop\/$/);
    expect((await get(main.url)).text).toContain('<h1>The shop</h1>');
    expect((await get(handbook)).text).toContain('<h1>The handbook</h1>');
    expect((await get(new URL('../handbook/', main.url).href)).status).toBe(200);
  });
});

describe('The example of a single-page application', () => {
  let url: string;
  beforeAll(async () => {
    url = (await deployExample(story, 'vite-spa')).main.url;
  });

  it('is built for the path of its environment', async () => {
    const { text } = await get(url);
    const script = assetOf(text, url, 'js');

    expect(script).toMatch(new RegExp(`^${url}assets/`));
    const { headers } = await fetch(script);

    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await get(script)).text).toContain(new URL(url).pathname);
  });

  it('answers a link to a page of its own router with itself', async () => {
    const home = await get(url);

    expect(await get(`${url}records/1`)).toEqual(home);
    expect(home.status).toBe(200);
  });
});
