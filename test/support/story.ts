import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startBitbucketPlayground } from '../../local/bitbucket/playground.ts';
import { bough } from './bough-command.ts';
import { aWorkingCopy, call, eventually, freePort, startBough } from './running-bough.ts';
import { keepUnusedGrants } from './unused-grants.ts';

/** Credentials of a Bitbucket administrator, as `name:password`. */
export const user = 'demo:demo';

/** The scripts of a repository: production writes data, every deployment adds itself to the cache and publishes a page with the data, and a teardown logs a line. */
export const scripts = {
  '.bough/deploy': `#!/usr/bin/env node
const { appendFileSync, writeFileSync, readFileSync } = require('node:fs');
const env = process.env;
const url = env.AWS_ENDPOINT_URL_S3 + '/' + env.BOUGH_DATA_URI.slice('s3://'.length) + '/visitors.txt';
// The local S3 reads only the access key of a signature.
const authorization = 'AWS4-HMAC-SHA256 Credential=' + env.AWS_ACCESS_KEY_ID + '/20000101/us-east-1/s3/aws4_request';
const main = async () => {
  if (env.BOUGH_ENVIRONMENT === 'main') {
    const put = await fetch(url, { method: 'PUT', body: '42 visitors', headers: { authorization } });
    if (!put.ok) throw new Error(await put.text());
  }
  const answer = await fetch(url, { headers: { authorization } });
  const data = answer.ok ? await answer.text() : 'no data';
  const text = readFileSync('page.txt', 'utf8').trim();
  const facts = [env.BOUGH_ENVIRONMENT, env.BOUGH_COMMIT, text, data, 'on ' + env.BOUGH_RESOURCES];
  writeFileSync(env.BOUGH_SITE_DIR + '/index.html', facts.join(' | '));
  const builds = env.BOUGH_CACHE_DIR + '/builds';
  appendFileSync(builds, env.BOUGH_ENVIRONMENT + ' ');
  console.log('Cached builds: ' + readFileSync(builds, 'utf8'));
  console.log('Built the page of ' + env.BOUGH_ENVIRONMENT);
};
main();
`,
  '.bough/teardown': '#!/bin/sh\necho "Took down $BOUGH_ENVIRONMENT"\n',
};

/** A running stack with a repository and a checkout, and short ways to use them. */
export type Story = Awaited<ReturnType<typeof beginStory>>;

/**
 * Starts the whole system as a user has it: `npm start` on free ports, a Bitbucket with an empty repository, and a checkout
 * with a first commit on `main`. Bitbucket runs apart from the stack, so that its URLs come from the settings.
 */
export async function beginStory(repository: string, variables: Record<string, string> = {}) {
  const state = await mkdtemp(join(tmpdir(), 'bough-e2e-'));
  const port = await freePort();
  const playground = await startBitbucketPlayground({
    directory: join(state, 'bitbucket'),
    port: port + 3,
    consumers: [{ key: 'demo-key', secret: 'demo-secret' }],
  });
  const stack = await startBough({
    BOUGH_PORT: String(port),
    BOUGH_BITBUCKET_API_URL: playground.apiUrl,
    BOUGH_BITBUCKET_GIT_URL: playground.gitUrl,
    BOUGH_BITBUCKET_OAUTH_URL: playground.oauthUrl,
    BOUGH_STATE_DIR: state,
    BOUGH_DEMO: 'off',
    BOUGH_SCHEDULE_SECONDS: '3',
    ...variables,
  });
  await playground.createRepository(repository);
  const work = await aWorkingCopy(`${playground.url.replace('//', `//${user}@`)}/${repository}.git`);
  await work.commit({ 'page.txt': 'first version' });
  await work.git('push', '--quiet', 'origin', 'main');

  let project = '';
  const run = (...command: string[]) => bough(stack.apiUrl, ...command);
  const api = async (path: string) => (await call('GET', `${stack.apiUrl}/projects/${project}${path}`)).body;
  const environment = (id: string) => api(`/environments/${encodeURIComponent(id)}`);
  const page = async (id: string) => {
    const { stdout } = await run('environment:url', '-p', project, '-e', id, '--primary', '--pipe');
    const answer = await fetch(stdout.trim());
    return { status: answer.status, text: await answer.text(), url: stdout.trim() };
  };
  const prunes = async () =>
    (await readFile(join(state, 'stack.log'), 'utf8')).split('"message":"pruned"').length;

  return {
    state,
    playground,
    stack,
    work,
    run,
    api,
    environment,
    page,
    /** A command on the story's project that is expected to fail. */
    failing: (command: string, ...rest: string[]) =>
      bough.failing(stack.apiUrl, command, '-p', project, ...rest),
    /** A command on the story's project. */
    on: (command: string, ...rest: string[]) => run(command, '-p', project, ...rest),
    project: () => project,
    async createProject(title: string) {
      project = (await run('project:create', '--title', title)).stdout.trim();
    },
    /** Selects an existing project as the story's. */
    useProject(id: string) {
      project = id;
    },
    /** Waits for the page by its routes in the API, because a process for each look is slow. Returns the page as the command finds it. */
    async pageThatSays(id: string, words: string) {
      await eventually(`the page of ${id} says ${words}`, async () => {
        const { routes = {} } =
          (await api(`/environments/${encodeURIComponent(id)}/deployments/current`)) ?? {};
        for (const url of Object.keys(routes)) {
          const answer = await fetch(url).catch(() => null);
          if ((await answer?.text())?.includes(words)) return true;
        }
        return false;
      });
      return page(id);
    },
    settled: (id: string) =>
      eventually(`${id} has settled`, async () => {
        const found = await environment(id);
        return ['active', 'inactive'].includes(found?.status) && found.has_deployment !== false
          ? found
          : null;
      }),
    isGone: (id: string) =>
      eventually(`${id} is gone`, async () => {
        const path = `/projects/${project}/environments/${encodeURIComponent(id)}`;
        return (await call('GET', stack.apiUrl + path)).status === 404;
      }),
    /** Waits until the schedule has run once more. */
    async aPrune() {
      const before = await prunes();
      await eventually('the schedule has run', async () => (await prunes()) > before);
    },
    onCloud: (method: string, path: string, body?: unknown) =>
      call(method, `${playground.apiUrl}/repositories/${repository}${path}`, body, user),
    onServer: (method: string, path: string, body?: unknown) => {
      const [key, slug] = repository.split('/');
      const base = `${playground.serverUrl}/rest/api/latest/projects/${key}/repos/${slug}`;
      return call(method, base + path, body, user);
    },
    async end() {
      if (stack.process.exitCode === null) await stack.stop();
      await playground.stop();
      await work.remove();
      await keepUnusedGrants(state, expect.getState().testPath ?? repository);
      await rm(state, { recursive: true, force: true });
    },
  };
}
