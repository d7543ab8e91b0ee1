import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../local/aws/s3/storage.ts';
import { bough } from '../support/bough-command.ts';
import { noise } from '../support/noise.ts';
import { call, eventually } from '../support/running-bough.ts';
import { beginStory, type Story, scripts } from '../support/story.ts';

describe('A push and a pull request become environments', () => {
  const repository = 'team/shop';
  let story: Story;

  beforeAll(async () => {
    story = await beginStory(repository);
  });

  afterAll(async () => story?.end());

  it('a project is created and linked to the repository, which fetches everything and adds the webhook', async () => {
    await story.createProject('Shop');

    const added = await story.on(
      'integration:add',
      ...['--type', 'bitbucket', '--repository', repository],
      ...['--key', 'demo-key', '--secret', 'demo-secret', '--yes'],
    );

    expect(added.stderr).toMatch(/Created integration \w+ \(type: bitbucket\)/);
    const { stdout: hookUrl } = await story.on('integration:get', '--property', 'hook_url');
    const hooks = await story.onCloud('GET', '/hooks');
    expect(hooks.body.values.map((hook: { url: string }) => hook.url)).toEqual([hookUrl.trim()]);
    await eventually('main exists', async () => (await story.environment('main'))?.id === 'main');
  });

  it("the default branch's environment is the production one, and active", async () => {
    await story.work.git('switch', '--quiet', 'main');
    await story.work.commit(scripts);
    await story.work.git('push', '--quiet', 'origin', 'main');

    await story.pageThatSays('main', 'first version | 42 visitors');
    expect(await story.environment('main')).toMatchObject({
      type: 'production',
      status: 'active',
      parent: null,
    });
  });

  it('a pushed branch becomes an inactive environment under it', async () => {
    await story.work.git('switch', '--quiet', '--create', 'feature/cart');
    const commit = await story.work.commit({ 'page.txt': 'second version' });
    await story.work.git('push', '--quiet', 'origin', 'feature/cart');

    const found = await eventually('feature/cart has its commit', async () => {
      const current = await story.environment('feature/cart');
      return current?.head_commit === commit && current.status === 'inactive' ? current : null;
    });
    expect(found).toMatchObject({ parent: 'main', type: 'development', has_deployment: false });
  });

  it("a pull request becomes an active environment under its target, with the parent's data, and Bitbucket shows where", async () => {
    const opened = await story.onCloud('POST', '/pullrequests', {
      title: 'A cart',
      source: { branch: { name: 'feature/cart' } },
    });
    expect(opened.status).toBe(201);

    const { url, text } = await story.pageThatSays('pr-1', 'second version');
    expect(text).toContain('pr-1 | ');
    expect(text).toContain('42 visitors');
    expect(text).not.toContain('no data');
    expect(await story.settled('pr-1')).toMatchObject({ parent: 'main', status: 'active', title: 'A cart' });

    const commit = await story.work.git('rev-parse', 'HEAD');
    const status = await eventually('the build status is final', async () => {
      const { body } = await story.onCloud('GET', `/commit/${commit}/statuses`);
      return body.values.find((value: { state: string }) => value.state === 'SUCCESSFUL');
    });
    expect(status).toMatchObject({ url, refname: 'feature/cart' });
  });

  it('access control of production covers a pull request before its first deployment, on every path, until it is lifted', async () => {
    await story.on('environment:http-access', '-e', 'main', '--auth', 'tester:correct horse');
    await eventually('main asks for a password', async () => (await story.page('main')).status === 401);
    await story.work.git('switch', '--quiet', '--create', 'feature/closed', 'main');
    await story.work.commit({ 'page.txt': 'closed version' });
    await story.work.git('push', '--quiet', 'origin', 'feature/closed');
    await story.onCloud('POST', '/pullrequests', {
      title: 'Closed',
      source: { branch: { name: 'feature/closed' } },
    });
    const { machine_name: name, edge_hostname: host } = await eventually('pr-2 exists', async () => {
      const found = await story.environment('pr-2');
      return found?.machine_name ? found : null;
    });
    const site = `http://${host}/${name}-${story.project()}/`;
    const seen = new Set<number>();
    await eventually('pr-2 is deployed', async () => {
      seen.add((await fetch(site)).status);
      return (await story.environment('pr-2')).has_deployment;
    });

    // Never 200: first there is no site, then it is closed.
    expect([...seen].sort()).toEqual(expect.toBeOneOf([[401], [401, 404]]));
    const authorization = `Basic ${Buffer.from('tester:correct horse').toString('base64')}`;
    for (const path of ['', 'none.css', 'users/7', '404.html']) {
      expect((await fetch(site + path)).status).toBe(401);
      expect((await fetch(site + path, { headers: { authorization } })).status).toBe(path === '' ? 200 : 404);
    }
    expect((await fetch(`${story.stack.apiUrl}/not-found/${name}-${story.project()}/none.css`)).status).toBe(
      403,
    );

    await story.on('environment:http-access', '-e', 'main', '--enabled', '0');
    await story.pageThatSays('pr-2', 'closed version');
    await story.pageThatSays('main', 'first version');
    expect(await readFile(join(story.state, 'stack.log'), 'utf8')).not.toContain('correct horse');
    await story.onCloud('POST', '/pullrequests/2/decline');
    await story.isGone('pr-2');
    await story.work.git('push', '--quiet', 'origin', '--delete', 'feature/closed');
    await story.isGone('feature/closed');
    await story.work.git('switch', '--quiet', 'feature/cart');
  });

  it('the board of the project, and the status page that it links to, show that to people without an account', async () => {
    const { stdout } = await story.on('project:board');
    const board = await (await fetch(stdout.trim())).text();
    const link = /href="([^"]*\/status\/\w+\/pr-1\/[^"]*)"/.exec(board)?.[1] ?? '';
    expect(board).toContain('A cart');

    const page = await fetch(link);

    const { url } = await story.page('pr-1');
    expect(await page.text()).toContain(`href="${url}"`);
    expect((await fetch(`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`)).status).toBe(404);
    await story.on('project:board', '--renew', '--yes');
    expect((await fetch(link)).status).toBe(404);
  });

  it('another push redeploys it, with the headers of its commit; only previews are hidden from search engines', async () => {
    const commit = await story.work.commit({
      'page.txt': 'third version',
      '.bough/config.yaml': 'site: { headers: [{ for: /*, set: { X-Frame-Options: DENY } }] }',
    });
    await story.work.git('push', '--quiet', 'origin', 'feature/cart');

    const { url, text } = await story.pageThatSays('pr-1', 'third version');
    expect(text).toContain(commit);
    const { headers } = await fetch(url);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-robots-tag')).toBe('noindex');
    const production = await story.page('main');
    expect((await fetch(production.url)).headers.get('x-robots-tag')).toBeNull();
  });

  it('its activities and their logs tell what was done', async () => {
    await story.settled('pr-1');
    const list = await story.on('activity:list', '-e', 'pr-1', '--format', 'plain', '--no-header');
    expect(list.stdout).toContain('Activate pr-1 for pull request #1: A cart');

    const log = await story.on('activity:log', '-e', 'pr-1');
    expect(log.stdout).toContain('Built the page of pr-1');
    expect(log.stdout).toContain('Reading refs/heads/feature/cart from Bitbucket');
    // The first build of the pull request had the cache of main, the second one that of the first.
    expect(log.stdout).toContain('Restored the cache of pr-1: ');
    expect(log.stdout).toMatch(/^Cached builds: (main )+pr-1 pr-1 $/m);
  });

  it('the schedule fetches a mirror anew that has become wasteful, and a clone of it is whole', async () => {
    const bundles = async () => (await story.api('/mirror')).bundles;
    expect((await bundles()).length).toBeGreaterThan(1);
    await story.work.git('switch', '--quiet', '--create', 'large');
    await story.work.commit({ 'noise.txt': noise(24_000_000).toString('base64') });
    await story.work.git('push', '--quiet', 'origin', 'large');

    await eventually('the mirror is one bundle', async () => (await bundles()).length === 1);

    const clone = join(story.state, 'clone');
    await story.run('mirror:clone', story.project(), clone, '--bare');
    await story.work.git('-C', clone, 'fsck', '--full', '--strict');
    expect(await story.work.git('-C', clone, 'rev-parse', 'refs/heads/large')).toBe(
      await story.work.git('rev-parse', 'HEAD'),
    );
    await story.work.git('push', '--quiet', 'origin', '--delete', 'large');
    await story.work.git('switch', '--quiet', 'feature/cart');
    await story.isGone('large');
  });

  it('merging it takes environment, site and data away, and redeploys the target', async () => {
    const { url } = await story.page('pr-1');

    const merged = await story.onCloud('POST', '/pullrequests/1/merge', {});

    expect(merged.body.state).toBe('MERGED');
    await story.isGone('pr-1');
    expect((await fetch(url)).status).toBe(404);
    await story.pageThatSays('main', 'third version');
  });

  it('a branch deleted while webhooks are switched off is found by the schedule', async () => {
    const { body } = await story.onCloud('GET', '/hooks');
    const [hook] = body.values;
    // A prune enables the webhook again, so the test disables it right after a prune.
    await story.aPrune();
    await story.onCloud('PUT', `/hooks/${encodeURIComponent(hook.uuid)}`, {
      url: hook.url,
      description: hook.description,
      active: false,
      events: hook.events,
    });
    await story.work.git('push', '--quiet', 'origin', '--delete', 'feature/cart');

    await story.isGone('feature/cart');
    expect(story.stack.output()).toContain('the branch feature/cart was deleted (found by the schedule)');
    const tree = await story.on('environment:list', '--format', 'plain', '--columns', 'id', '--no-header');
    expect(tree.stdout.trim()).toBe('main');
  });

  it('a delivery with a wrong signature is refused', async () => {
    const { stdout: hookUrl } = await story.on('integration:get', '--property', 'hook_url');
    const refused = await fetch(hookUrl.trim(), {
      method: 'POST',
      headers: { 'x-event-key': 'repo:push', 'x-hub-signature': `sha256=${'0'.repeat(64)}` },
      body: JSON.stringify({ push: { changes: [] } }),
    });
    expect(refused.status).toBe(401);
  });

  it('wrong credentials create nothing', async () => {
    const other = (await story.run('project:create', '--title', 'Other')).stdout.trim();
    const failed = await bough.failing(
      story.stack.apiUrl,
      ...['integration:add', '-p', other, '--type', 'bitbucket', '--repository', repository],
      ...['--key', 'demo-key', '--secret', 'wrong', '--yes'],
    );
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Invalid Bitbucket credentials'),
    });
    expect((await call('GET', `${story.stack.apiUrl}/projects/${other}/integrations`)).body).toEqual([]);
  });

  it('when all is done, nothing of the pull request is left in sites and data, and everything of main is', async () => {
    await story.stack.stop();
    const storage = await openStorage(join(story.state, 's3'));
    const keys = (kind: string) =>
      storage.list().flatMap((name) => (name.includes(kind) ? [...storage.bucket(name).keysFrom('')] : []));

    expect([...keys('sites'), ...keys('data')].filter((key) => key.includes('pr-1'))).toEqual([]);
    expect(keys('data')).toEqual([expect.stringMatching(/^\w+\/main-bvxea6i\/visitors\.txt$/)]);
    await storage.close();
  });
});
