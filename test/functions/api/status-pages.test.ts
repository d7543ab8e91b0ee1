import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { logPath } from '../../../shared/runtime/log-link.ts';
import { statusPagePath } from '../../../shared/runtime/page-link.ts';
import { call } from '../../support/api-events.ts';
import {
  anActivity,
  anEndedActivity,
  apiUrl,
  apiWorld,
  logKey,
  plainSecrets,
} from '../../support/api-world.ts';
import {
  aDeployment,
  aForkLink,
  anEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  aRoute,
  commit,
  projectId,
  start,
} from '../../support/builders.ts';

/** A project with one environment, by default that of pull request #1. */
async function aWorld(environment: Environment = aPullRequestEnvironment()) {
  const world = apiWorld();
  const sealed_log_key = await plainSecrets.seal('log', anIntegration(), logKey);
  const integration = anIntegration({ sealed_log_key });
  await world.projects.save(aProject({ title: 'Shop' }));
  await world.integrations.save(integration);
  const ended = [
    anEndedActivity({ id: 'first', text: 'Push 1a2b3c4' }),
    anEndedActivity({ id: 'broken', result: 'failure', because: '.bough/deploy ended with exit code 1' }),
  ];
  await world.environments.save(environment, ended);
  const linkTo = async (name: string, activity?: string) =>
    (await statusPagePath(plainSecrets, integration, name, activity)) ?? '';
  const open = async (name = environment.id, activity?: string) => {
    const [path = '', query = ''] = (await linkTo(name, activity)).split('?');
    return call(world.handler, 'GET', path, { query });
  };
  const logOf = async (activity: string) => apiUrl + (await logPath(plainSecrets, integration, activity));
  return { ...world, integration, linkTo, open, logOf };
}

const failed = {
  build_status: {
    commit: commit('A'),
    activity: 'broken',
    state: 'failed',
    description: '.bough/deploy ended with exit code 1',
    undelivered: null,
  },
} as const;
const running = anActivity({ id: 'running', text: 'Push 9f8e7d6', because: '9f8e7d6 was pushed' });

describe('the status page of an environment', () => {
  it('shows it, with its URL, its pull request and its commit', async () => {
    const { open } = await aWorld();

    const { status, text } = await open();

    expect(status).toBe(200);
    expect(text).toContain('<title>Ready: A better header</title>');
    expect(text).toContain('<h1>A better header</h1>');
    expect(text).toContain('<p class="soft small">Shop</p>');
    expect(text).toContain('<span class="badge ready">Ready</span>');
    expect(text).toContain(`href="${aRoute().url}"`);
    expect(text).toContain(
      '<a href="https://bitbucket.org/acme/website/pull-requests/1">#1</a> feature/x → main',
    );
    expect(text).toContain(`<code>${commit('A').slice(0, 7)}</code>`);
  });

  it('is HTML that allows no script and no frame, and that neither caches, search engines nor other sites get', async () => {
    const { open } = await aWorld();

    const { headers, text } = await open();

    expect(headers).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      ),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(text).not.toMatch(/<script|<form|<img|<iframe| style=| on\w+=/);
  });

  it('reloads itself while a deployment runs, with its reason and its log', async () => {
    const { open, logOf } = await aWorld(
      aPullRequestEnvironment({ deployment: null, activities: [running] }),
    );

    const { headers, text } = await open();

    expect(headers).toHaveProperty('refresh', '5');
    expect(text).toContain('<span class="badge moving">Deploying</span>');
    expect(text).toContain('9f8e7d6 was pushed');
    expect(text).toContain(`<a href="${await logOf('running')}">Read the log</a>`);
  });

  it('shows when a queued deployment was created, and one link to each log', async () => {
    const queued = anActivity({ id: 'queued', state: 'pending', started_at: null });
    const { open } = await aWorld(aPullRequestEnvironment({ activities: [queued] }));

    const { text } = await open();

    expect(text).toContain('<dt>Result</dt><dd>Queued</dd>');
    expect(text).toContain('<dt>Created</dt>');
    expect(text).not.toContain('<dt>Started</dt>');
    expect(text.match(/Read the log/g)).toHaveLength(1);
    expect((await open('pr-1', 'broken')).text.match(/Read the log/g)).toHaveLength(2);
  });

  it('shows the limit or outage that a deployment waits for, and reloads itself less often', async () => {
    const delay = { because: 'CodeBuild runs no more builds.', since: start, next_try: start };
    const { open } = await aWorld(aPullRequestEnvironment({ activities: [{ ...running, delay }] }));

    const { headers, text } = await open();

    expect(headers).toHaveProperty('refresh', '15');
    expect(text).toContain('<span class="badge waiting">Waiting</span>');
    expect(text).toContain('CodeBuild runs no more builds.');
    expect(text).toContain(`<time datetime="${start}"`);
  });

  it('says what a commit from a fork waits for', async () => {
    const { open } = await aWorld(
      aPullRequestEnvironment({
        status: 'inactive',
        resources: null,
        deployment: null,
        pull_request: aForkLink(),
      }),
    );

    const { headers, text } = await open();

    expect(headers).toHaveProperty('refresh', '60');
    expect(text).toContain('waits for approval');
    expect(text).toContain('stranger/website: feature/x → main');
  });

  it('shows why the last deployment failed, with its log, and the URL of the version before', async () => {
    const { open, logOf } = await aWorld(aPullRequestEnvironment(failed));

    const { text } = await open();

    expect(text).toContain('<span class="badge failed">Failed</span>');
    expect(text).toContain('.bough/deploy ended with exit code 1');
    expect(text).toContain('The previous version stays online.');
    expect(text).toContain(`href="${aRoute().url}"`);
    expect(text).toContain(`<a href="${await logOf('broken')}">Read the log</a>`);
  });

  it('shows the deployment that the link is about, when another one came after it', async () => {
    const { open, logOf } = await aWorld(aPullRequestEnvironment({ activities: [running] }));

    const { text } = await open('pr-1', 'broken');

    expect(text).toContain('The deployment of this link');
    expect(text).toContain(await logOf('broken'));
    expect(text).toContain(await logOf('running'));
    expect((await open('pr-1', 'running')).text).not.toContain('The deployment of this link');
  });

  it('shows no activity of another environment', async () => {
    const world = await aWorld();
    await world.environments.save(anEnvironment({ id: 'other' }), [anEndedActivity({ id: 'theirs' })]);

    expect((await world.open('pr-1', 'theirs')).text).not.toContain(await world.logOf('theirs'));
  });

  it('shows the deployment of a link after the deletion of its environment, as long as it is recorded', async () => {
    const world = await aWorld();
    const environment = await world.environments.get(projectId, 'pr-1');
    if (environment) await world.environments.remove(environment);

    const { status, text } = await world.open('pr-1', 'broken');

    expect(status).toBe(200);
    expect(text).toContain('<span class="badge idle">Deleted</span>');
    expect(text).toContain(await world.logOf('broken'));
    expect((await world.open('pr-1', 'expired')).status).toBe(404);
    expect((await world.open('pr-1')).status).toBe(404);
  });

  it.each([
    ['an inactive branch', anEnvironment(), 'The environment has code and is not deployed.'],
    ['one without code', anEnvironment({ head_commit: null }), 'The environment has no code yet.'],
  ])('says so without a deployment: %s', async (_, environment, sentence) => {
    const { open } = await aWorld(environment);

    const { headers, text } = await open();

    expect(headers).not.toHaveProperty('refresh');
    expect(text).toContain('Not deployed');
    expect(text).toContain(sentence);
  });

  it('says when the environment of a deleted branch goes', async () => {
    const { open } = await aWorld(anEnvironment({ gone_since: '2026-11-22T10:00:00.000Z' }));

    expect((await open()).text).toContain('after 2026-11-22 10:00 UTC, because its branch is deleted');
  });
});

describe('hostile content on a status page', () => {
  it.each([
    'a/activities',
    '50%-off',
    `${'ü'.repeat(60)}/${'x'.repeat(120)}`,
    'x"><script>alert(1)</script>',
  ])('is text in a name, and the name has its own page: %s', async (id) => {
    const { open } = await aWorld(anEnvironment({ id }));

    const { status, text } = await open();

    expect(status).toBe(200);
    expect(text).not.toContain('<script');
    expect(text).toContain(
      `<h1>${id.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</h1>`,
    );
  });

  it('is text in titles, branches and reasons, with direction overrides made visible', async () => {
    const evil = `<img src=x onerror=alert(1)>\u202egpj.exe`;
    const { open } = await aWorld(
      aPullRequestEnvironment({
        title: evil,
        parent: evil,
        pull_request: { ...aForkLink(), source_branch: evil, target_branch: evil },
        activities: [{ ...running, text: evil, because: evil }],
      }),
    );

    const { text } = await open();

    expect(text).not.toContain('<img');
    expect(text).not.toContain('\u202e');
    expect(text.match(/&lt;img src=x onerror=alert\(1\)&gt;\\u202egpj\.exe/g)?.length).toBeGreaterThan(5);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '//example.org', 'not a url'])(
    'is text in a route that is no web page: %s',
    async (url) => {
      const deployment = aDeployment({
        routes: [aRoute({ url }), aRoute({ url, type: 'redirect', to: url, primary: false })],
      });
      const { open } = await aWorld(aPullRequestEnvironment({ deployment }));

      const { text } = await open();

      expect(text).not.toContain(`href="${url}`);
      expect(text).not.toContain('Open the environment');
      expect(text).toContain(`<p>${url}</p>`);
    },
  );

  it('has no credentials in links, and no secrets, addresses or accounts in reasons', async () => {
    const because =
      'arn:aws:iam::123456789012:role/Builder failed: https://ci:hunter2@git.example.org?token=s3cret, ask ada@example.org';
    const deployment = aDeployment({ routes: [aRoute({ url: 'https://user:pass@site.example.org/' })] });
    const { open } = await aWorld(
      aPullRequestEnvironment({ deployment, activities: [{ ...running, text: because, because }] }),
    );

    const { text } = await open();

    expect(text).toContain('href="https://site.example.org/"');
    expect(text).not.toMatch(/123456789012|hunter2|s3cret|ada@|user:pass@/);
  });

  it('shows nothing of the integration', async () => {
    const { open, integration } = await aWorld();

    const { text } = await open();

    for (const secret of [
      integration.app_credentials.key,
      integration.id,
      integration.sealed_credentials,
      logKey,
      integration.sealed_log_key ?? '-',
      'hook',
    ])
      expect(text).not.toContain(secret);
  });
});

describe('a link to a status page', () => {
  it('gets the same response for everything that it does not open', async () => {
    const world = await aWorld();
    const link = await world.linkTo('pr-1');
    const signature = link.slice(link.lastIndexOf('/') + 1);

    const answers = [];
    for (const path of [
      await world.linkTo('never-was'),
      `/status/${projectId}/pr-1/${'A'.repeat(43)}`,
      `/status/${projectId}/never-was/${'A'.repeat(43)}`,
      `/status/${projectId}/main/${signature}`,
      `/status/another/pr-1/${signature}`,
      `/board/${projectId}/${signature}`,
      `${link}x`,
      `${link}/more`,
      `/status/${projectId}/pr-1/guess`,
    ])
      answers.push(await call(world.handler, 'GET', path));
    await world.integrations.save({ ...world.integration, public_pages: false, version: 2 });
    answers.push(await call(world.handler, 'GET', link));
    await world.integrations.remove({ ...world.integration, version: 2 });
    answers.push(await call(world.handler, 'GET', link));

    expect(answers[0]).toMatchObject({ status: 404, text: expect.stringContaining('There is no such page') });
    expect(answers[0]?.headers).toHaveProperty('cache-control', 'no-store');
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(world.reported).toEqual([]);
  });

  it.each(['POST', 'DELETE'])('does not accept %s', async (method) => {
    const { handler, linkTo } = await aWorld();

    expect((await call(handler, method, await linkTo('pr-1'))).status).toBe(404);
  });

  it("is not written to the function's log when the request fails", async () => {
    const { handler, ports, reported, linkTo } = await aWorld();
    ports.environments.get = () => Promise.reject(new Error('DynamoDB is down'));
    const link = await linkTo('pr-1');

    const { status, text } = await call(handler, 'GET', link);

    expect(status).toBe(500);
    expect(text).not.toContain('DynamoDB');
    expect(reported).toMatchObject([{ fields: { path: `/status/${projectId}/pr-1` } }]);
    expect(JSON.stringify(reported)).not.toContain(link.slice(link.lastIndexOf('/') + 1));
  });
});
