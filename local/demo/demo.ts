import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { Playground } from '../bitbucket/playground.ts';
import { type Api, findDemoProject, readPrimaryUrl } from './api.ts';

/** Full name of the demo's repository. */
export const repository = 'acme/website';
/** OAuth consumer of the playground. */
export const consumer = { key: 'demo-key', secret: 'demo-secret' };
const branch = 'say-hello';
const description =
  'The page greets its visitors.\n\nThe build leads to the environment of this pull request. It has a copy of the orders of main, with masked customers.';
/** Longest wait for the deployment of main. Without it, the pull request's environment has no data. */
const MAIN_SECONDS = 30;

const git = promisify(execFile);

/** Creates the demo's repository with two branches, with git, as a user does. Returns false when it exists: it stays unchanged. */
export async function createDemoRepository(playground: Playground): Promise<boolean> {
  const { created, cloneUrl } = await playground.createRepository(repository, {
    defaultBranch: 'main',
    description: 'The shop of Acme: a page with its orders. Each branch and pull request has its own copy.',
  });
  if (!created) return false;
  const directory = await mkdtemp(join(tmpdir(), 'bough-demo-'));
  try {
    await pushMain(directory, withCredentials(cloneUrl));
    await pushBranch(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return true;
}

/** Creates a project with an integration of the demo's repository, by Bough's API. An existing one stays unchanged. */
export async function createDemoProject(api: Api): Promise<{ project: string; isNew: boolean }> {
  const known = await findDemoProject(api, repository);
  if (known) return { project: known, isNew: false };
  return { project: await createProject(api), isNew: true };
}

/** Opens a pull request, by Bitbucket's API, once the project has deployed main. */
export async function openDemoPullRequest(api: Api, playground: Playground, project: string): Promise<void> {
  await mainDeployed(api, project);
  await openPullRequest(playground);
}

async function createProject(api: Api): Promise<string> {
  const project = await api.post('/projects', { title: 'Acme' });
  await api.post(`/projects/${project.id}/integrations`, {
    type: 'bitbucket',
    repository,
    app_credentials: consumer,
  });
  return project.id;
}

/** Waits until main has data, which the pull request's environment is to have a copy of. */
async function mainDeployed(api: Api, project: string): Promise<void> {
  const until = Date.now() + MAIN_SECONDS * 1000;
  while (Date.now() < until) {
    if ((await readPrimaryUrl(api, project, 'main')) !== null) return;
    await delay(200);
  }
}

async function pushMain(directory: string, url: string): Promise<void> {
  await cp(join(import.meta.dirname, 'website'), directory, { recursive: true });
  await run(directory, ['init', '--quiet', '--initial-branch=main']);
  await run(directory, ['remote', 'add', 'origin', url]);
  await commitAll(directory, 'Sell anvils');
  await run(directory, ['push', '--quiet', 'origin', 'main']);
}

async function pushBranch(directory: string): Promise<void> {
  await run(directory, ['switch', '--quiet', '--create', branch]);
  const page = join(directory, 'index.html');
  await writeFile(page, (await readFile(page, 'utf8')).replace('Acme sells anvils', 'Hello from Acme'));
  await commitAll(directory, 'Say hello');
  await run(directory, ['push', '--quiet', 'origin', branch]);
}

async function openPullRequest(playground: Playground): Promise<void> {
  const answer = await fetch(`${playground.apiUrl}/repositories/${repository}/pullrequests`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('demo:demo')}` },
    body: JSON.stringify({ title: 'Say hello', description, source: { branch: { name: branch } } }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`The pull request could not be opened: ${await answer.text()}`);
}

async function commitAll(directory: string, message: string): Promise<void> {
  await run(directory, ['add', '--all']);
  await run(directory, ['commit', '--quiet', '--message', message]);
}

async function run(directory: string, command: string[]): Promise<void> {
  await git('git', command, {
    cwd: directory,
    timeout: 20_000,
    // Ignore the user's git configuration, such as signing, hooks and names.
    env: {
      PATH: z.string().parse(process.env['PATH']),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: 'Wile E.',
      GIT_AUTHOR_EMAIL: 'wile@example.com',
      GIT_COMMITTER_NAME: 'Wile E.',
      GIT_COMMITTER_EMAIL: 'wile@example.com',
    },
  });
}

/** Adds the playground's credentials to a clone URL. */
export function withCredentials(cloneUrl: string): string {
  const url = new URL(cloneUrl);
  url.username = 'demo';
  url.password = 'demo';
  return url.href;
}
