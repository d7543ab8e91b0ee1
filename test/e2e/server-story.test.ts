import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, eventually } from '../support/running-bough.ts';
import { beginStory, type Story, scripts, user } from '../support/story.ts';

/** A team's work with a Bitbucket Server under a context path, and with the environments themselves. */
describe('A Bitbucket Server’s branches and pull requests become environments', () => {
  let story: Story;
  let forkUrl: string;

  const hooks = async () => (await story.onServer('GET', '/webhooks')).body.values;
  const builds = async (commit: string) =>
    (
      await call(
        'GET',
        `${story.playground.serverUrl}/rest/build-status/latest/commits/${commit}`,
        undefined,
        user,
      )
    ).body.values;
  const log = async (environment: string) => (await story.on('activity:log', '-e', environment)).stdout;

  beforeAll(async () => {
    story = await beginStory('acme/shop');
    await story.createProject('Shop');
  });

  afterAll(async () => story?.end());

  it('a token that is not the right one is refused by its name, and nothing is created', async () => {
    const refused = await story.failing(
      'integration:add',
      ...['--type', 'bitbucket_server', '--bitbucket-url', story.playground.serverUrl],
      ...['--username', 'demo', '--token', 'wrong', '--repository', 'ACME/shop', '--yes'],
    );
    expect(refused.code).not.toBe(0);
    expect(await story.api('/integrations')).toEqual([]);
  });

  it('the repository is linked: everything is fetched, the webhook is there, and all of it is valid', async () => {
    const added = await story.on(
      'integration:add',
      ...['--type', 'bitbucket_server', '--bitbucket-url', `${story.playground.serverUrl}/`],
      ...['--username', 'demo', '--token', 'demo-token', '--repository', 'ACME/shop', '--yes'],
    );
    expect(added.stderr).toMatch(/Created integration \w+ \(type: bitbucket_server\)/);

    const { stdout: hookUrl } = await story.on('integration:get', '--property', 'hook_url');
    expect((await hooks()).map(({ url }: { url: string }) => url)).toEqual([hookUrl.trim()]);
    const validated = await story.on('integration:validate');
    expect(validated.stderr + validated.stdout).toContain('The integration is valid.');
    await eventually('main exists', async () => (await story.environment('main'))?.id === 'main');
  });

  it('an unsigned connection test is answered with 200', async () => {
    const { stdout: hookUrl } = await story.on('integration:get', '--property', 'hook_url');
    const answer = await fetch(hookUrl.trim(), {
      method: 'POST',
      headers: { 'x-event-key': 'diagnostics:ping', 'content-type': 'application/json' },
      body: JSON.stringify({ test: true }),
    });
    expect(answer.status).toBe(200);
  });

  it('a push deploys production, and a branch becomes an environment that is asleep', async () => {
    await story.work.commit(scripts);
    await story.work.git('push', '--quiet', 'origin', 'main');
    await story.pageThatSays('main', 'first version | 42 visitors | on default');

    await story.work.git('switch', '--quiet', '--create', 'feature/cart');
    const commit = await story.work.commit({ 'page.txt': 'a cart' });
    await story.work.git('push', '--quiet', 'origin', 'feature/cart');
    await eventually('feature/cart has its commit', async () => {
      const found = await story.environment('feature/cart');
      return found?.head_commit === commit && found.status === 'inactive';
    });
  });

  it('a pull request is deployed with its parent’s data, and its build links to it', async () => {
    const opened = await story.onServer('POST', '/pull-requests', {
      title: 'A cart',
      fromRef: { id: 'refs/heads/feature/cart' },
      toRef: { id: 'refs/heads/main' },
    });
    expect(opened.status).toBe(201);

    const { url } = await story.pageThatSays('pr-1', 'a cart | 42 visitors');
    const commit = await story.work.git('rev-parse', 'HEAD');
    const build = await eventually('the build is final', async () =>
      (await builds(commit)).find(({ state }: { state: string }) => state === 'SUCCESSFUL'),
    );
    expect(build).toMatchObject({ url });
  });

  it('a pull request that is stacked on it begins with the data of the one below, and moves up when its target changes', async () => {
    await story.work.git('switch', '--quiet', '--create', 'feature/checkout');
    await story.work.commit({ 'page.txt': 'a checkout' });
    await story.work.git('push', '--quiet', 'origin', 'feature/checkout');
    const { body } = await story.onServer('POST', '/pull-requests', {
      title: 'A checkout',
      fromRef: { id: 'refs/heads/feature/checkout' },
      toRef: { id: 'refs/heads/feature/cart' },
    });
    await story.pageThatSays('pr-2', 'a checkout | 42 visitors');
    expect(await story.settled('pr-2')).toMatchObject({ parent: 'feature/cart' });
    expect(await log('pr-2')).toContain('feature/cart has no data: pr-1 has');

    await story.onServer('PUT', '/pull-requests/2', {
      version: body.version,
      title: 'A checkout',
      toRef: { id: 'refs/heads/main' },
    });
    await eventually('pr-2 is below main', async () => (await story.environment('pr-2')).parent === 'main');
  });

  it('its users activate, redeploy, synchronize and deactivate environments', async () => {
    await story.on('environment:activate', 'feature/cart', '--resources-init', 'minimum', '--yes');
    expect((await story.page('feature/cart')).text).toContain('a cart | 42 visitors | on minimum');

    await story.on('environment:redeploy', '-e', 'feature/cart', '--yes');
    await story.on('environment:synchronize', 'data', '-e', 'feature/cart', '--yes');
    expect(await log('feature/cart')).toContain('Copying data from main');

    await story.on('environment:deactivate', '-e', 'feature/cart', '--yes');
    expect(await story.environment('feature/cart')).toMatchObject({ status: 'inactive', has_code: true });
    expect(await log('feature/cart')).toContain('Took down feature/cart');
  });

  it('what belongs to the repository is refused, in the words of the original', async () => {
    const merge = await story.failing('environment:merge', 'feature/cart', '--yes');
    expect(merge).toMatchObject({ code: 1, stderr: expect.stringContaining("can't be merged") });
    const code = await story.failing('environment:synchronize', 'code', '-e', 'pr-1', '--yes');
    expect(code.stderr).toContain(
      "Code cannot be synchronized as it is managed by the project's bitbucket_server integration.",
    );
    const deletion = await story.failing('environment:delete', 'feature/cart', '--yes');
    expect(deletion.stderr).toContain(
      "The project's branches are managed externally through its bitbucket_server integration",
    );
  });

  it('an environment that was branched here is taken away by the next prune, deployed or not', async () => {
    const branched = await story.on('environment:branch', 'try-out', 'main', '--yes', '--no-wait');
    expect(branched.stderr).toContain('try-out');
    await story.isGone('try-out');
    expect(story.stack.output()).toContain('the repository has no branch try-out (found by the schedule)');
  });

  it('a pull request from a fork waits for approval, which holds for one commit', async () => {
    const forked = await story.onServer('POST', '', { name: 'shop', project: { key: '~demo' } });
    forkUrl = `${story.playground.serverUrl.replace('//', `//${user}@`)}/scm/~demo/shop.git`;
    expect(forked.status).toBe(201);
    await story.work.git('switch', '--quiet', '--create', 'gift', 'main');
    const first = await story.work.commit({ 'page.txt': 'a gift' });
    await story.work.git('push', '--quiet', forkUrl, 'gift');
    await story.onServer('POST', '/pull-requests', {
      title: 'A gift',
      fromRef: { id: 'refs/heads/gift', repository: { slug: 'shop', project: { key: '~demo' } } },
      toRef: { id: 'refs/heads/main' },
    });
    const waiting = await eventually(
      'the build says what is waited for',
      async () => (await builds(first))[0],
    );
    expect(waiting.description).toContain('waits for approval: bough environment:activate pr-3');
    const page = await fetch(waiting.url);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('bough environment:activate pr-3');
    expect((await fetch(waiting.url.replace(/[^/]+$/, 'wrong'))).status).toBe(404);
    expect(await story.environment('pr-3')).toMatchObject({ status: 'inactive', has_deployment: false });

    await story.on('environment:activate', 'pr-3', '--yes');
    await story.pageThatSays('pr-3', `${first} | a gift | 42 visitors`);

    const second = await story.work.commit({ 'page.txt': 'a trap' });
    await story.work.git('push', '--quiet', forkUrl, 'gift');
    await eventually('the second commit waits as well', async () =>
      (await builds(second)).some(({ description }: { description: string }) =>
        description.includes('waits for approval'),
      ),
    );
    expect((await story.page('pr-3')).text).toContain(first);
  });

  it('an option that is turned on acts at once, and one that is turned off destroys nothing', async () => {
    await story.on('integration:update', '--build-pull-requests', 'false');
    await story.aPrune();
    expect(await story.environment('pr-1')).toMatchObject({ id: 'pr-1' });

    await story.on(
      'integration:update',
      '--build-pull-requests',
      'true',
      '--build-fork-pull-requests',
      'always',
    );
    await story.pageThatSays('pr-3', 'a trap');
  });

  it('a webhook that someone switched off is named by validation and repaired by a requested prune', async () => {
    const [hook] = await hooks();
    await story.onServer('PUT', `/webhooks/${hook.id}`, { ...hook, active: false });
    expect((await story.failing('integration:validate')).code).toBe(4);
    // The schedule checks webhooks once a day.
    await story.on('integration:prune');
    expect((await hooks())[0].active).toBe(true);
  });

  it('declining a pull request takes its environment away', async () => {
    const { body } = await story.onServer('GET', '/pull-requests/2');
    await story.onServer('POST', `/pull-requests/2/decline?version=${body.version}`);
    await story.isGone('pr-2');
  });

  it('removing the integration takes the webhook along and leaves the environments, which the next one adopts when it is told to', async () => {
    await story.on('integration:delete', '--yes');
    expect(await hooks()).toEqual([]);
    expect(await story.environment('pr-1')).toMatchObject({ id: 'pr-1' });

    await story.on(
      'integration:add',
      ...[
        '--type',
        'bitbucket',
        '--repository',
        'acme/shop',
        '--key',
        'demo-key',
        '--secret',
        'demo-secret',
        '--adopt',
        '--yes',
      ],
    );
    await story.work.git('switch', '--quiet', 'feature/cart');
    await story.work.commit({ 'page.txt': 'a better cart' });
    await story.work.git('push', '--quiet', 'origin', 'feature/cart');
    await story.pageThatSays('pr-1', 'a better cart');
  });
});
