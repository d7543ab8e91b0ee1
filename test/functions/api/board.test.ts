import { describe, expect, it } from 'vitest';
import { mostEnvironments } from '../../../functions/api/queries/board.ts';
import { cachedSeconds } from '../../../functions/api/routes/pages.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { boardPath, statusPagePath } from '../../../shared/runtime/page-link.ts';
import { call } from '../../support/api-events.ts';
import { apiUrl, apiWorld, logKey, plainSecrets } from '../../support/api-world.ts';
import {
  aLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  aRoute,
  aRunningActivity,
  commit,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';

async function aWorld(...environments: Environment[]) {
  const world = apiWorld();
  const sealed_log_key = await plainSecrets.seal('log', anIntegration(), logKey);
  const integration = anIntegration({ sealed_log_key });
  await world.projects.save(aProject({ title: 'Shop', default_branch: 'main' }));
  await world.integrations.save(integration);
  for (const environment of environments) await world.environments.save(environment);
  const link = (await boardPath(plainSecrets, integration)) ?? '';
  return { ...world, integration, link, open: () => call(world.handler, 'GET', link) };
}

/** The names on a board, in their order. */
const namesOn = (text: string) => [...text.matchAll(/<strong>(.*?)<\/strong>/g)].map(([, name]) => name);
const failed = {
  commit: commit('A'),
  activity: 'first',
  state: 'failed',
  description: 'why',
  undelivered: null,
} as const;

describe('the board of a project', () => {
  it('shows each environment with its status, its link, its pull request and its age', async () => {
    const { open, integration } = await aWorld(aPullRequestEnvironment());

    const { status, headers, text } = await open();

    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'; style-src 'sha256-"),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      refresh: '30',
    });
    expect(text).toContain('<title>Shop: environments</title>');
    expect(text).toContain(apiUrl + (await statusPagePath(plainSecrets, integration, 'pr-1')));
    expect(text).toContain('<strong>A better header</strong>');
    expect(text).toContain('<span class="badge ready">Ready</span>');
    expect(text).toContain(
      '<a href="https://bitbucket.org/acme/website/pull-requests/1">pull request #1</a>',
    );
    expect(text).toContain(`<a href="${aRoute().url}" aria-label="Open pr-1">Open</a>`);
    expect(text).toContain('<time datetime=');
  });

  it('begins with production and with what needs attention', async () => {
    const { open } = await aWorld(
      anEnvironment({ id: 'asleep' }),
      anActiveEnvironment({ id: 'old', updated_at: '2026-11-20T10:00:00.000Z' }),
      anActiveEnvironment({ id: 'new', updated_at: '2026-11-21T10:00:00.000Z' }),
      anActiveEnvironment({ id: 'busy', activities: [aRunningActivity()] }),
      anActiveEnvironment({ id: 'broken', build_status: failed }),
      theProductionEnvironment(),
    );

    const { text } = await open();

    expect(namesOn(text)).toEqual(['main', 'broken', 'busy', 'new', 'old', 'asleep']);
    expect([...text.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title)).toEqual([
      'Production',
      'Needs attention',
      'In progress',
      'Ready',
      'Not deployed',
    ]);
    expect(text).toMatch(/1 failed<.*1 deploying<.*3 ready<.*1 not deployed</s);
  });

  it('is friendly without environments', async () => {
    const { open } = await aWorld();

    expect((await open()).text).toContain('No environment yet');
  });

  it('is bounded: of many environments, production and pull requests are on it', async () => {
    const branches = Array.from({ length: mostEnvironments }, (_, n) => anEnvironment({ id: `a${n}` }));
    const { open } = await aWorld(
      ...branches,
      anEnvironment({ id: 'zebra' }),
      anEnvironment({ id: 'pr-x' }),
      aPullRequestEnvironment({ title: 'pr-1' }),
      aPullRequestEnvironment({ id: 'pr-2', title: 'pr-2', pull_request: aLink({ number: 2 }) }),
      theProductionEnvironment(),
    );

    const { text } = await open();

    const names = namesOn(text);
    expect(names).toHaveLength(mostEnvironments);
    expect(names).toEqual(expect.arrayContaining(['main', 'pr-1', 'pr-2', 'pr-x', 'a0']));
    expect(names).not.toContain('zebra');
    expect(text).toContain(`The board shows ${mostEnvironments}`);
  });

  it('has all environments of a smaller project, each once', async () => {
    const { open } = await aWorld(
      ...['a', 'pr-1', 'pr-', 'pr', 'prs', 'zebra', 'main'].map((id) => anEnvironment({ id })),
    );

    const { text } = await open();

    expect(namesOn(text).sort()).toEqual(['a', 'main', 'pr', 'pr-', 'pr-1', 'prs', 'zebra']);
    expect(text).not.toContain('more environments');
  });

  it('costs as much for many readers as for one', async () => {
    const world = await aWorld(anEnvironment());
    let reads = 0;
    let now = Date.parse('2026-11-22T10:00:00.000Z');
    const { pagesOf } = world.environments;
    Object.assign(world.ports.environments, {
      pagesOf: (...given: Parameters<typeof pagesOf>) => {
        reads += 1;
        return pagesOf(...given);
      },
    });
    world.ports.clock.now = () => new Date(now).toISOString();

    const first = await world.open();
    const once = reads;
    expect(await world.open()).toEqual(first);
    expect(reads).toBe(once);

    now += cachedSeconds * 1000;
    await world.open();
    expect(reads).toBe(2 * once);
  });

  it('shows hostile names as text, shortened', async () => {
    const evil = `<script>alert(1)</script>\u202e${'x'.repeat(150)}`;
    const { open } = await aWorld(anEnvironment({ id: evil, title: evil }));

    const { text } = await open();

    expect(text).not.toContain('<script');
    expect(text).not.toContain('\u202e');
    expect(namesOn(text)).toEqual([expect.stringMatching(/^&lt;script&gt;.*\\u202ex{50,99}$/)]);
  });
});

describe('a link to a board', () => {
  it('gets the same response for everything that it does not open', async () => {
    const world = await aWorld(theProductionEnvironment());
    const signature = world.link.slice(world.link.lastIndexOf('/') + 1);

    const answers = [];
    for (const path of [
      `/board/${projectId}/${'A'.repeat(43)}`,
      `/board/another/${signature}`,
      `/status/${projectId}/main/${signature}`,
      `${world.link}x`,
      `${world.link}/more`,
      `/board/${projectId}/guess`,
    ])
      answers.push(await call(world.handler, 'GET', path));
    expect((await world.open()).status).toBe(200);
    await world.integrations.save({ ...world.integration, public_pages: false, version: 2 });
    answers.push(await world.open());
    await world.integrations.remove({ ...world.integration, version: 2 });
    answers.push(await world.open());

    expect(answers[0]).toMatchObject({ status: 404, text: expect.stringContaining('There is no such page') });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it("is not written to the function's log when the request fails", async () => {
    const { ports, reported, open, link } = await aWorld();
    ports.environments.get = () => Promise.reject(new Error('DynamoDB is down'));

    expect((await open()).status).toBe(500);
    expect(reported).toMatchObject([{ fields: { path: `/board/${projectId}` } }]);
    expect(JSON.stringify(reported)).not.toContain(link.slice(link.lastIndexOf('/') + 1));
  });
});

describe('the address of a board', () => {
  it('is in the API, and a renewal ends the old one with all links to pages and logs', async () => {
    const world = await aWorld(theProductionEnvironment());
    const self = `/projects/${projectId}/integrations/${world.integration.id}`;
    world.ports.newLogKey = () => 'another-key';
    expect((await call(world.handler, 'GET', `${self}/board`)).body).toEqual({
      url: apiUrl + world.link,
      _links: { self: { href: `${apiUrl}${self}/board` } },
    });
    const status = (await statusPagePath(plainSecrets, world.integration, 'main')) ?? '';
    expect((await call(world.handler, 'GET', status)).status).toBe(200);

    const renewed = await call(world.handler, 'POST', `${self}/renew-links`);

    expect(renewed).toMatchObject({
      status: 200,
      body: { _embedded: { entity: { id: world.integration.id } } },
    });
    expect(renewed.text).not.toContain('another-key');
    expect((await world.open()).status).toBe(404);
    expect((await call(world.handler, 'GET', status)).status).toBe(404);
    const { url } = (await call(world.handler, 'GET', `${self}/board`)).body;
    expect((await call(world.handler, 'GET', url.replace(apiUrl, ''))).status).toBe(200);
  });

  it('is null when public pages are off', async () => {
    const world = await aWorld();
    const self = `/projects/${projectId}/integrations/${world.integration.id}`;
    await call(world.handler, 'PATCH', self, { body: { public_pages: false } });

    expect((await call(world.handler, 'GET', `${self}/board`)).body).toMatchObject({ url: null });
    expect((await call(world.handler, 'GET', self)).body).toMatchObject({ public_pages: false });
  });
});
