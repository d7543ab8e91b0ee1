import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../../support/ask.ts';
import { at, DEMO, git, push, startWebsite, WEBSITE, type Website } from '../support/bitbucket.ts';
import { aPullRequest, PULL_REQUESTS, pushMain } from '../support/cloud-pull-requests.ts';
import { LINK, look } from '../support/pages.ts';

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());

const HOME = '/acme/website';

/** The path of a link in a resource, as a browser requests it. */
function pathOf(resource: unknown, place = 'links.html.href'): string {
  const { pathname, origin } = new URL(String(at(resource, place)));
  expect(origin).toBe(site.playground.url);
  return pathname;
}

async function status(commit: string, fields: Record<string, unknown>): Promise<void> {
  const answer = await site.api('POST', `${WEBSITE}/commit/${commit}/statuses/build`, {
    key: 'bough',
    state: 'SUCCESSFUL',
    name: 'Environment pr-1',
    url: 'http://127.0.0.1:4001/pr-1/',
    description: 'Deployed with the data of main',
    ...fields,
  });
  expect(answer.status).toBe(201);
}

describe('the page of a repository', () => {
  it('shows its description, how to clone it, its recent commits and open pull requests', async () => {
    const { title } = await aPullRequest(site);
    const { body } = await site.api('GET', WEBSITE);

    const page = await look(site, pathOf(body));

    expect(page.status).toBe(200);
    expect(page.text).toContain(
      `git clone ${site.playground.url.replace('//', '//demo:demo@')}/acme/website.git`,
    );
    expect(page.text).toContain('Start the site');
    expect(page.text).toContain(title);
    const workspace = await look(site, pathOf(body, 'workspace.links.html.href'));
    expect(workspace.text).toContain(`href="${HOME}"`);
    expect((await look(site, pathOf(body, 'owner.links.html.href'))).text).toContain(`href="${HOME}"`);
  });

  it('shows an empty repository with the next step', async () => {
    await site.playground.createRepository('acme/empty');

    expect((await look(site, '/acme/empty')).text).toContain('clone it, commit and push');
    for (const path of ['/commits', '/branches', '/pull-requests']) {
      expect([path, (await look(site, `/acme/empty${path}`)).status]).toEqual([path, 200]);
    }
  });

  it('is found by the former name of a renamed repository', async () => {
    await site.playground.createRepository('acme/before');
    await site.api('PUT', '/repositories/acme/before', { name: 'After' });

    const { status, headers } = await look(site, '/acme/before/branches');

    expect([status, headers.location]).toEqual([302, '/acme/after/branches']);
  });
});

describe('the page of a pull request', () => {
  it('shows its branches, description, commits and the builds of its newest commit with their links', async () => {
    const opened = await aPullRequest(site, { description: 'First line\nsecond line' });
    await status(opened.head, { refname: opened.branch });
    await status(opened.head, { key: 'other', name: 'Of another branch', refname: 'elsewhere' });
    const { body } = await site.api('GET', opened.path);

    const { text, headers } = await look(site, pathOf(body));

    expect(text).toMatch(
      /<a href="http:\/\/127\.0\.0\.1:4001\/pr-1\/"[^>]*><bdi>Environment pr-1<\/bdi><\/a>/,
    );
    expect(text).toContain('Deployed with the data of main');
    expect(text).not.toContain('Of another branch');
    expect(text).toContain('First line\nsecond line');
    expect(text).toContain(`Change ${opened.file}`);
    expect(text).toContain('>Merge</button>');
    expect(headers['refresh']).toBeUndefined();
  });

  it('refreshes itself while a build is in progress, until its reader stops that', async () => {
    const { id, head } = await aPullRequest(site);
    await status(head, { state: 'INPROGRESS' });

    const path = `${HOME}/pull-requests/${id}`;

    expect((await look(site, path)).headers['refresh']).toBe('3');
    expect((await look(site, path)).text).toContain('href="?refresh=off"');
    expect((await look(site, `${path}?refresh=off`)).headers['refresh']).toBeUndefined();
  });

  it('refreshes itself for a minute until the first status of a new commit', async () => {
    let now = new Date('2026-11-30T12:00:00Z');
    const other = await startWebsite({ now: () => now });
    const { id } = await aPullRequest(other);
    const path = `${HOME}/pull-requests/${id}`;

    expect((await look(other, path)).headers['refresh']).toBe('3');
    now = new Date('2026-11-30T12:02:00Z');
    expect((await look(other, path)).headers['refresh']).toBeUndefined();
    await other.end();
  });

  it.each([
    '/pull-requests/99',
    '/pull-requests/x',
    '/nothing',
    '/branch/none',
    '/commits/abcdef',
    '/commits/tag/no',
  ])('answers 404 for %s', async (path) => {
    const { status, headers } = await look(site, HOME + path);
    expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  });

  it('shows the commits of a fork, also when its destination has moved on', async () => {
    const other = await startWebsite();
    await other.api('POST', `${WEBSITE}/forks`, { workspace: { slug: 'ada' } });
    const clone = await other.clone('ada/website');
    const head = await push(clone, { branch: 'from-afar', message: 'Sent from a fork' });
    const { body } = await other.api('POST', PULL_REQUESTS, {
      title: 'From afar',
      source: { branch: { name: 'from-afar' }, repository: { full_name: 'ada/website' } },
    });
    await pushMain(other, 'meanwhile.html');
    await other.playground.settled();

    const { text } = await look(other, `${HOME}/pull-requests/${at(body, 'id')}`);

    expect(text).toContain(`href="/ada/website/commits/${head}"`);
    expect(text).toContain('Sent from a fork');
    expect(text).not.toContain('Start the site');
    expect(text).toContain('of ada/website');
    await other.end();
  });

  it('is the page to which Server links too', async () => {
    const { id } = await aPullRequest(site);
    const { headers } = await look(site, `/server/projects/ACME/repos/website/pull-requests/${id}/overview`);

    expect(headers.location).toBe(`${HOME}/pull-requests/${id}`);
    for (const [server, page] of [
      ['/projects/acme/repos/website/browse', HOME],
      ['/projects/acme/repos/website/branches', `${HOME}/branches`],
      ['/projects/acme', '/acme'],
      ['/users/demo', '/'],
    ]) {
      expect((await look(site, `/server${server}`)).headers.location).toBe(page);
    }
  });
});

describe('lists', () => {
  it('of branches have pages of 25, the main branch first', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `many/${String(index).padStart(2, '0')}`);
    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    await git(
      site.workingCopy,
      'push',
      '--quiet',
      'origin',
      ...names.map((name) => `origin/main:refs/heads/${name}`),
    );

    const first = await look(site, `${HOME}/branches`);
    const second = await look(site, `${HOME}/branches?page=2`);

    expect(first.text.match(/class="ref"/g)).toHaveLength(25);
    expect(first.text.indexOf('branch/main"')).toBeLessThan(
      first.text.indexOf('class="ref"', first.text.indexOf('branch/main"') + 60),
    );
    expect(first.text).toContain('href="?page=2" rel="next"');
    expect(second.text).toContain('many/29');
    expect(second.text).toContain('href="?page=1" rel="prev"');
  });

  it.each(['0', '-1', '1e3', 'x', '99999999999'])('show something for the page %s', async (page) => {
    expect((await look(site, `${HOME}/commits?page=${page}`)).status).toBe(200);
    expect((await look(site, `${HOME}/pull-requests?state=all&page=${page}`)).status).toBe(200);
  });

  it('of pull requests can be filtered by state', async () => {
    const { id, title } = await aPullRequest(site);
    await site.api('POST', `${PULL_REQUESTS}/${id}/decline`);

    expect((await look(site, `${HOME}/pull-requests`)).text).not.toContain(`${title}<`);
    expect((await look(site, `${HOME}/pull-requests?state=declined`)).text).toContain(`${title}<`);
  });
});

const NAMES = ['50%-off', 'a/activities', 'feature/<b>&amp;"x"', 'rtl-\u202eevil', "it's", 'x'.repeat(240)];

describe('hostile content', () => {
  it.each(NAMES)('the branch %s has a page at its link, which shows its name as text', async (branch) => {
    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    await git(site.workingCopy, 'checkout', '--quiet', '-B', branch, 'origin/main');
    await push(site.workingCopy, { text: branch });
    const { body } = await site.api(
      'GET',
      `${WEBSITE}/refs/branches/${branch.split('/').map(encodeURIComponent).join('/')}`,
    );

    const { status, text } = await look(site, pathOf(body));

    expect(status).toBe(200);
    expect(text).not.toMatch(/<b>|\u202e/);
    const commit = await look(site, pathOf(body, 'target.links.html.href'));
    expect(commit.status).toBe(200);
  });

  it('in titles and descriptions is text', async () => {
    const evil = '</title><script>alert(1)</script><img src=x onerror="alert(1)">\u202e';
    const { id } = await aPullRequest(site, { title: evil, description: evil });
    for (const path of ['', '/pull-requests', `/pull-requests/${id}`]) {
      const { text } = await look(site, HOME + path);
      expect(text).not.toMatch(/<script|<img|\u202e/);
      expect(text).toContain('&lt;script&gt;');
    }
  });

  it('in the URL of a build is no link', async () => {
    const { id, head } = await aPullRequest(site);
    const answer = await fetch(
      `${site.playground.serverUrl}/rest/api/latest/projects/acme/repos/website/commits/${head}/builds`,
      {
        method: 'POST',
        headers: { authorization: DEMO, 'content-type': 'application/json' },
        body: JSON.stringify({
          key: 'evil',
          state: 'FAILED',
          url: 'javascript:alert(1)',
          name: 'Evil build',
        }),
      },
    );
    expect(answer.status).toBe(204);

    const { text } = await look(site, `${HOME}/pull-requests/${id}`);

    expect(text).toContain('Evil build');
    expect(text).not.toContain('javascript:');
  });

  it('loads nothing: the policy of every page allows its own style only, no script and no frame', async () => {
    for (const path of ['/', HOME, `${HOME}/branches`, '/nothing/at/all']) {
      const { headers } = await look(site, path);
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    }
  });
});

describe('readers', () => {
  it('need the credentials of the user under another name, such as a tunnel’s, only', async () => {
    const other = await startWebsite({ hosts: ['tunnel.example'] });
    const host = { host: 'tunnel.example' };

    expect((await look(other, HOME)).status).toBe(200);
    expect(await look(other, HOME, host)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="Bitbucket playground"' },
    });
    expect((await look(other, HOME, { ...host, authorization: DEMO })).status).toBe(200);
    await other.end();
  });

  it('may follow links of other pages, to pages only', async () => {
    const { url } = site.playground;
    expect((await ask(url, HOME, LINK)).status).toBe(200);
    expect((await ask(url, HOME, { ...LINK, 'sec-fetch-site': 'cross-site' })).status).toBe(200);
    expect((await ask(url, '/server/projects/acme/repos/website/browse', LINK)).status).toBe(302);
    for (const path of [
      '/2.0/repositories/acme/website',
      '//evil.example/2.0/repositories/acme/website',
      '/server/rest/api/latest/projects',
      '/server/projects/../rest/api/latest/projects',
      '/site/oauth2/access_token',
      '/_playground/deliveries',
      '/acme/website.git/info/refs?service=git-upload-pack',
    ]) {
      expect([path, (await ask(url, path, LINK)).status]).toEqual([path, 403]);
    }
    expect((await ask(url, HOME, { ...LINK, 'sec-fetch-dest': 'iframe' })).status).toBe(403);
    expect((await ask(url, HOME, { ...LINK, host: 'evil.example' })).status).toBe(421);
  });
});
