import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../infra/local/aws/s3/storage.ts';
import { type Playground, startBitbucketPlayground } from '../../infra/local/bitbucket/playground.ts';
import { bough } from '../support/bough-command.ts';
import {
  aWorkingCopy,
  call,
  eventually,
  freePort,
  type RunningBough,
  startBough,
} from '../support/running-bough.ts';

/** A deployment as a team might have it: a page with what is in the environment's data, which production makes. */
const deploy = `#!/usr/bin/env node
const { writeFileSync, readFileSync } = require('node:fs');
const env = process.env;
const url = env.AWS_ENDPOINT_URL_S3 + '/' + env.BOUGH_DATA_URI.slice('s3://'.length) + '/visitors.txt';
const main = async () => {
  if (env.BOUGH_ENVIRONMENT === 'main') await fetch(url, { method: 'PUT', body: '42 visitors' });
  const answer = await fetch(url);
  const data = answer.ok ? await answer.text() : 'no data';
  const text = readFileSync('page.txt', 'utf8').trim();
  writeFileSync(env.BOUGH_SITE_DIR + '/index.html', [env.BOUGH_ENVIRONMENT, env.BOUGH_COMMIT, text, data].join(' | '));
  console.log('Built the page of ' + env.BOUGH_ENVIRONMENT);
};
main();
`;

describe('A push and a pull request become environments', () => {
  const repository = 'team/shop';
  const user = 'demo:demo';
  let stack: RunningBough;
  let state: string;
  let playground: Playground;
  let bitbucket: string;
  let work: Awaited<ReturnType<typeof aWorkingCopy>>;
  let project: string;

  const run = (...command: string[]) => bough(stack.apiUrl, ...command);
  const api = async (path: string) => (await call('GET', `${stack.apiUrl}/projects/${project}${path}`)).body;
  const environment = (id: string) => api(`/environments/${encodeURIComponent(id)}`);
  const settled = (id: string) =>
    eventually(`${id} has settled`, async () => {
      const found = await environment(id);
      return ['active', 'inactive'].includes(found?.status) && found.has_deployment !== false ? found : null;
    });
  const page = async (id: string) => {
    const { stdout } = await run('environment:url', '-p', project, '-e', id, '--primary', '--pipe');
    const answer = await fetch(stdout.trim());
    return { status: answer.status, text: await answer.text(), url: stdout.trim() };
  };
  const pageThatSays = (id: string, words: string) =>
    eventually(`the page of ${id} says ${words}`, async () => {
      const current = await page(id).catch(() => null);
      return current?.text.includes(words) ? current : null;
    });
  const isGone = (id: string) =>
    eventually(`${id} is gone`, async () => {
      const found = await call(
        'GET',
        `${stack.apiUrl}/projects/${project}/environments/${encodeURIComponent(id)}`,
      );
      return found.status === 404;
    });
  const prunes = async () =>
    (await readFile(join(state, 'stack.log'), 'utf8')).split('"message":"pruned"').length;
  const aPrune = async () => {
    const before = await prunes();
    await eventually('the schedule has run', async () => (await prunes()) > before);
  };
  const onBitbucket = (method: string, path: string, body?: unknown) =>
    call(method, `${bitbucket}/2.0/repositories/${repository}${path}`, body, user);

  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'bough-e2e-'));
    // A Bitbucket of its own, so that the settings which say where Bitbucket is are used as well.
    playground = await startBitbucketPlayground({
      directory: join(state, 'bitbucket'),
      port: 0,
      consumers: [{ key: 'demo-key', secret: 'demo-secret' }],
    });
    bitbucket = playground.url;
    stack = await startBough({
      BOUGH_PORT: String(await freePort()),
      BOUGH_BITBUCKET_API_URL: playground.apiUrl,
      BOUGH_BITBUCKET_GIT_URL: playground.gitUrl,
      BOUGH_BITBUCKET_OAUTH_URL: playground.oauthUrl,
      BOUGH_STATE_DIR: state,
      BOUGH_DEMO: 'off',
      BOUGH_SCHEDULE_SECONDS: '3',
    });
    await onBitbucket('POST', '', { scm: 'git', is_private: true });
    work = await aWorkingCopy(`${bitbucket.replace('//', `//${user}@`)}/${repository}.git`);
    await work.commit({ 'page.txt': 'first version' });
    await work.git('push', '--quiet', 'origin', 'main');
  });

  afterAll(async () => {
    if (stack?.process.exitCode === null) await stack.stop();
    await playground?.stop();
    await work?.remove();
    await rm(state, { recursive: true, force: true });
  });

  it('a project is created and linked to the repository, which fetches everything and adds the webhook', async () => {
    const created = await run('project:create', '--title', 'Shop');
    project = created.stdout.trim();

    const added = await run(
      ...['integration:add', '-p', project, '--type', 'bitbucket', '--repository', repository],
      ...['--key', 'demo-key', '--secret', 'demo-secret', '--yes'],
    );

    expect(added.stderr).toMatch(/Created integration \w+ \(type: bitbucket\)/);
    const { stdout: hookUrl } = await run('integration:get', '-p', project, '--property', 'hook_url');
    const hooks = await onBitbucket('GET', '/hooks');
    expect(hooks.body.values.map((hook: { url: string }) => hook.url)).toEqual([hookUrl.trim()]);
    await eventually('main exists', async () => (await environment('main'))?.id === 'main');
  });

  it("the default branch's environment is the production one, and active", async () => {
    await work.git('switch', '--quiet', 'main');
    await work.commit({ '.bough/deploy': deploy });
    await work.git('push', '--quiet', 'origin', 'main');

    await pageThatSays('main', 'first version | 42 visitors');
    expect(await environment('main')).toMatchObject({ type: 'production', status: 'active', parent: null });
  });

  it('a pushed branch becomes an inactive environment under it', async () => {
    await work.git('switch', '--quiet', '--create', 'feature/cart');
    const commit = await work.commit({ 'page.txt': 'second version' });
    await work.git('push', '--quiet', 'origin', 'feature/cart');

    const found = await eventually('feature/cart has its commit', async () => {
      const current = await environment('feature/cart');
      return current?.head_commit === commit && current.status === 'inactive' ? current : null;
    });
    expect(found).toMatchObject({ parent: 'main', type: 'development', has_deployment: false });
  });

  it("a pull request becomes an active environment under its target, with the parent's data, and Bitbucket shows where", async () => {
    const opened = await onBitbucket('POST', '/pullrequests', {
      title: 'A cart',
      source: { branch: { name: 'feature/cart' } },
    });
    expect(opened.status).toBe(201);

    const { url, text } = await pageThatSays('pr-1', 'second version');
    expect(text).toContain('pr-1 | ');
    expect(text).toContain('42 visitors');
    expect(text).not.toContain('no data');
    expect(await settled('pr-1')).toMatchObject({ parent: 'main', status: 'active', title: 'A cart' });

    const commit = await work.git('rev-parse', 'HEAD');
    const status = await eventually('the build status is final', async () => {
      const { body } = await onBitbucket('GET', `/commit/${commit}/statuses`);
      return body.values.find((value: { state: string }) => value.state === 'SUCCESSFUL');
    });
    expect(status).toMatchObject({ url, refname: 'feature/cart' });
  });

  it('another push redeploys it', async () => {
    const commit = await work.commit({ 'page.txt': 'third version' });
    await work.git('push', '--quiet', 'origin', 'feature/cart');

    const { text } = await pageThatSays('pr-1', 'third version');
    expect(text).toContain(commit);
  });

  it('its activities and their logs tell what was done', async () => {
    await settled('pr-1');
    const list = await run('activity:list', '-p', project, '-e', 'pr-1', '--format', 'plain', '--no-header');
    expect(list.stdout).toContain('Activate pr-1 for pull request #1: A cart');

    const log = await run('activity:log', '-p', project, '-e', 'pr-1');
    expect(log.stdout).toContain('Built the page of pr-1');
    expect(log.stdout).toContain('Reading refs/heads/feature/cart from Bitbucket');
  });

  it('merging it takes environment, site and data away, and redeploys the target', async () => {
    const { url } = await page('pr-1');

    const merged = await onBitbucket('POST', '/pullrequests/1/merge', {});

    expect(merged.body.state).toBe('MERGED');
    await isGone('pr-1');
    expect((await fetch(url)).status).toBe(404);
    await pageThatSays('main', 'third version');
  });

  it('a branch deleted while webhooks are switched off is found by the schedule', async () => {
    const { body } = await onBitbucket('GET', '/hooks');
    const [hook] = body.values;
    // A prune switches the webhook on again, so right after one there is time until the next.
    await aPrune();
    await call(
      'PUT',
      `${bitbucket}/2.0/repositories/${repository}/hooks/${encodeURIComponent(hook.uuid)}`,
      { url: hook.url, description: hook.description, active: false, events: hook.events },
      user,
    );
    await work.git('push', '--quiet', 'origin', '--delete', 'feature/cart');

    await isGone('feature/cart');
    expect(stack.output()).toContain('the branch feature/cart was deleted (found by the schedule)');
    const tree = await run(
      'environment:list',
      '-p',
      project,
      '--format',
      'plain',
      '--columns',
      'id',
      '--no-header',
    );
    expect(tree.stdout.trim()).toBe('main');
  });

  it('a delivery with a wrong signature is refused', async () => {
    const { stdout: hookUrl } = await run('integration:get', '-p', project, '--property', 'hook_url');
    const refused = await fetch(hookUrl.trim(), {
      method: 'POST',
      headers: { 'x-event-key': 'repo:push', 'x-hub-signature': `sha256=${'0'.repeat(64)}` },
      body: JSON.stringify({ push: { changes: [] } }),
    });
    expect(refused.status).toBe(401);
  });

  it('wrong credentials create nothing', async () => {
    const other = (await run('project:create', '--title', 'Other')).stdout.trim();
    const failed = await bough.failing(
      stack.apiUrl,
      ...['integration:add', '-p', other, '--type', 'bitbucket', '--repository', repository],
      ...['--key', 'demo-key', '--secret', 'wrong', '--yes'],
    );
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Invalid Bitbucket credentials'),
    });
    expect((await call('GET', `${stack.apiUrl}/projects/${other}/integrations`)).body).toEqual([]);
  });

  it('when all is done, nothing of the pull request is left in sites and data, and everything of main is', async () => {
    await stack.stop();
    const storage = await openStorage(join(state, 's3'));
    const keys = (kind: string) =>
      storage.list().flatMap((name) => (name.includes(kind) ? [...storage.bucket(name).keysFrom('')] : []));

    expect([...keys('sites'), ...keys('data')].filter((key) => key.includes('pr-1'))).toEqual([]);
    expect(keys('data')).toEqual([expect.stringMatching(/^\w+\/main-bvxea6i\/visitors\.txt$/)]);
    await storage.close();
  });
});
