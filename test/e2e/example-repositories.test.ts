import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesOfExample } from '../support/examples.ts';
import { root } from '../support/pages.ts';
import { aWorkingCopy, call, eventually } from '../support/running-bough.ts';
import { beginStory, type Story, user } from '../support/story.ts';

let story: Story;

beforeAll(async () => {
  story = await beginStory('acme/unused', {
    BOUGH_SCHEDULE_SECONDS: '0',
    BOUGH_BUILD_PATH: join(root, 'test/support/stand-ins'),
  });
});
afterAll(async () => story?.end());

/** Pushes an example into a repository of its own and links a project to it, as its README says. */
async function deployExample(name: string) {
  const repository = `acme/${name}`;
  await story.playground.createRepository(repository);
  const work = await aWorkingCopy(`${story.playground.url.replace('//', `//${user}@`)}/${repository}.git`);
  await work.commit(filesOfExample(name));
  await work.git('push', '--quiet', 'origin', 'main');
  const post = async (path: string, input: object) => {
    const { status, body } = await call('POST', `${story.stack.apiUrl}${path}`, input);
    expect(status, JSON.stringify(body)).toBe(201);
    return body._embedded.entity;
  };
  const project = await post('/projects', { title: name });
  await post(`/projects/${project.id}/integrations`, {
    type: 'bitbucket',
    repository,
    app_credentials: { key: 'demo-key', secret: 'demo-secret' },
  });
  const main = await deployed(project.id, 'main');
  return { work, project: project.id, main };
}

/** Waits for an environment's deployment. Resolves to its primary URL and all URLs; rejects with the log of a failure. */
async function deployed(project: string, id: string) {
  const api = async (path: string) => {
    const { status, body } = await call('GET', `${story.stack.apiUrl}/projects/${project}${path}`);
    return status === 200 ? body : null;
  };
  return eventually(`${id} of ${project} is deployed`, async () => {
    const [activity] = (await api(`/environments/${id}/activities`)) ?? [];
    if (activity?.result === 'failure') {
      const log = await fetch(`${story.stack.apiUrl}/projects/${project}/activities/${activity.id}/log`);
      throw new Error(await log.text());
    }
    const { routes } = (await api(`/environments/${id}/deployments/current`)) ?? {};
    if (activity?.state !== 'complete' || !routes) return null;
    const urls = Object.keys(routes);
    return { urls, url: urls.find((url) => routes[url].primary) ?? '' };
  });
}

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
    url = (await deployExample('static-site')).main.url;
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
    const { main } = await deployExample('monorepo');
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
    url = (await deployExample('vite-spa')).main.url;
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
