import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import {
  type Playground,
  type PlaygroundOptions,
  startBitbucketPlayground,
} from '../../../../local/bitbucket/playground.ts';
import { cloudDescription } from './openapi.ts';

const execute = promisify(execFile);

/** The value at a dotted path, such as `links.self.href` or `values.0.name`. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);
}

/** The response of an API call; `body` is parsed JSON, or undefined when empty. */
export interface ApiResult {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The OAuth consumer that the playground has by default. */
export const CONSUMER = { key: 'bough-key', secret: 'bough-secret' };
/** The Authorization header of the user demo. */
export const DEMO = basic('demo', 'demo');

/** An Authorization header with Basic credentials. */
export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** Runs git without this machine's configuration and returns its trimmed output. */
export async function git(directory: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: directory,
    GIT_CEILING_DIRECTORIES: tmpdir(),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  };
  const options = { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 };
  // Without maintenance, a process less for each commit and each fetch.
  const settings = ['-c', 'init.defaultBranch=main', '-c', 'maintenance.auto=false'];
  const { stdout } = await execute('git', [...settings, ...args], options);
  return stdout.trim();
}

/** A running playground and the means to use it as a client. */
export interface Fixture {
  /** The playground's state directory. */
  readonly directory: string;
  readonly playground: Playground;
  /** Calls Cloud's REST API, as the user demo by default; null sends no Authorization. */
  api(method: string, path: string, body?: unknown, authorization?: string | null): Promise<ApiResult>;
  /** An Authorization header with a new access token of the consumer. */
  bearer(): Promise<string>;
  token(): Promise<string>;
  /** Creates a temporary folder. */
  folder(): string;
  /** Clones a repository as the user demo. @default acme/website */
  clone(repository?: string): Promise<string>;
  /** Stops the playground and removes all folders. */
  end(): Promise<void>;
}

/** Starts a playground with its own state directory. */
export async function startPlayground(options: Partial<PlaygroundOptions> = {}): Promise<Fixture> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'bitbucket-'));
  const folders = [directory];
  const playground = await startBitbucketPlayground({
    directory,
    port: 0,
    consumers: [CONSUMER],
    ...options,
  });
  const folder = () => {
    const path = mkdtempSync(join(tmpdir(), 'bitbucket-client-'));
    folders.push(path);
    return path;
  };
  const token = async () => {
    const response = await fetch(playground.oauthUrl, {
      method: 'POST',
      headers: { Authorization: basic(CONSUMER.key, CONSUMER.secret) },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    return String(at(await response.json(), 'access_token'));
  };
  return {
    directory,
    playground,
    folder,
    token,
    bearer: async () => `Bearer ${await token()}`,
    api: (method, path, body, authorization = DEMO) =>
      callApi(playground.apiUrl, method, path, body, authorization),
    async clone(repository = 'acme/website') {
      const path = folder();
      const url = playground.gitUrl.replace('http://', 'http://demo:demo@');
      await git(path, 'clone', '--quiet', `${url}/${repository}.git`, '.');
      return path;
    },
    async end() {
      await playground.stop();
      for (const path of folders) rmSync(path, { recursive: true, force: true });
    },
  };
}

async function callApi(
  apiUrl: string,
  method: string,
  path: string,
  body: unknown,
  authorization: string | null,
): Promise<ApiResult> {
  const url = path.startsWith('http') ? path : `${apiUrl}${path}`;
  const response = await fetch(url, {
    method,
    headers: authorization === null ? {} : { Authorization: authorization },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const result = {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
  cloudDescription.check(method, new URL(url), result);
  return result;
}

/** A change to commit; by default a random change of index.html on the current branch. */
export interface CommitOptions {
  readonly branch?: string;
  readonly file?: string;
  readonly text?: string;
  readonly message?: string;
}

/** Commits a change in a clone, on a branch that is created if missing, and returns the commit's hash. */
export async function commit(clone: string, options: CommitOptions = {}): Promise<string> {
  const { branch, file = 'index.html', text = `${Math.random()}`, message = `Change ${file}` } = options;
  if (branch !== undefined) {
    const exists = (await git(clone, 'branch', '--list', branch)) !== '';
    await git(clone, 'checkout', '--quiet', ...(exists ? [] : ['-b']), branch);
  }
  writeFileSync(join(clone, file), text);
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '--quiet', '--message', message);
  return git(clone, 'rev-parse', 'HEAD');
}

/** Commits and pushes, and returns the commit's hash. */
export async function push(clone: string, options: CommitOptions = {}): Promise<string> {
  const hash = await commit(clone, options);
  await git(clone, 'push', '--quiet', 'origin', 'HEAD');
  return hash;
}

/** The commit of a branch on the server; an empty string if the branch does not exist. */
export async function tip(site: Website, branch: string): Promise<string> {
  return (await git(site.workingCopy, 'ls-remote', 'origin', `refs/heads/${branch}`)).split('\t')[0] ?? '';
}

interface Template {
  readonly folder: string;
  readonly state: string;
  readonly workingCopy: string;
  readonly head: string;
}

/** Created once per test file: copying folders is much faster than cloning and pushing in each test. */
let template: Promise<Template> | undefined;

afterAll(async () => {
  if (template !== undefined) rmSync((await template).folder, { recursive: true, force: true });
});

async function makeTemplate(): Promise<Template> {
  const folder = mkdtempSync(join(tmpdir(), 'bitbucket-template-'));
  const [state, workingCopy] = [join(folder, 'state'), join(folder, 'working-copy')];
  const fixture = await startPlayground({ directory: state });
  await fixture.playground.createRepository('acme/website', { defaultBranch: 'main' });
  mkdirSync(workingCopy);
  await git(workingCopy, 'clone', '--quiet', websiteUrl(fixture.playground), '.');
  const head = await push(workingCopy, { branch: 'main', text: '<h1>Main</h1>', message: 'Start the site' });
  await fixture.playground.settled();
  await fixture.playground.stop();
  return { folder, state, workingCopy, head };
}

function websiteUrl(playground: Playground): string {
  return `${playground.gitUrl.replace('http://', 'http://demo:demo@')}/acme/website.git`;
}

/** Starts a playground with the repository acme/website, which has one commit on main, and a clone of it. */
export async function startWebsite(options: Partial<PlaygroundOptions> = {}) {
  template ??= makeTemplate();
  const { state, workingCopy: original, head } = await template;
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'bitbucket-'));
  cpSync(state, directory, { recursive: true });
  const fixture = await startPlayground({ ...options, directory });
  const workingCopy = fixture.folder();
  cpSync(original, workingCopy, { recursive: true });
  await git(workingCopy, 'remote', 'set-url', 'origin', websiteUrl(fixture.playground));
  return { ...fixture, workingCopy, head };
}

/** The result of `startWebsite`. */
export type Website = Awaited<ReturnType<typeof startWebsite>>;

/** The path of acme/website in Cloud's API. */
export const WEBSITE = '/repositories/acme/website';
