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

/** The value at a dotted path of an answer, such as `links.self.href` or `values.0.name`. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export const CONSUMER = { key: 'bough-key', secret: 'bough-secret' };
export const DEMO = basic('demo', 'demo');

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** Runs git as a person would, with nothing of this machine's configuration. */
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
  const { stdout } = await execute('git', ['-c', 'init.defaultBranch=main', ...args], options);
  return stdout.trim();
}

export interface Fixture {
  readonly directory: string;
  readonly playground: Playground;
  /** Calls the REST API as the demo user, unless another Authorization is given. */
  api(method: string, path: string, body?: unknown, authorization?: string | null): Promise<ApiAnswer>;
  /** The value of Authorization for a fresh token of the consumer. */
  bearer(): Promise<string>;
  token(): Promise<string>;
  /** A new folder that is gone after the tests. */
  folder(): string;
  /** A clone of acme/website as demo. */
  clone(repository?: string): Promise<string>;
  end(): Promise<void>;
}

/** A running playground with a state directory of its own. */
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
): Promise<ApiAnswer> {
  const url = path.startsWith('http') ? path : `${apiUrl}${path}`;
  const response = await fetch(url, {
    method,
    headers: authorization === null ? {} : { Authorization: authorization },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
  cloudDescription.check(method, new URL(url), answer);
  return answer;
}

export interface CommitOptions {
  readonly branch?: string;
  readonly file?: string;
  readonly text?: string;
  readonly message?: string;
}

/** Commits a change in a clone, on a branch that is made where it is missing; returns its hash. */
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

/** Commits and pushes; returns the hash. */
export async function push(clone: string, options: CommitOptions = {}): Promise<string> {
  const hash = await commit(clone, options);
  await git(clone, 'push', '--quiet', 'origin', 'HEAD');
  return hash;
}

interface Template {
  readonly folder: string;
  readonly state: string;
  readonly workingCopy: string;
  readonly head: string;
}

/** Made once per test file: copying folders is much faster than cloning and pushing for every test. */
let template: Promise<Template> | undefined;

afterAll(async () => {
  if (template !== undefined) rmSync((await template).folder, { recursive: true, force: true });
});

async function makeTemplate(): Promise<Template> {
  const folder = mkdtempSync(join(tmpdir(), 'bitbucket-template-'));
  const [state, workingCopy] = [join(folder, 'state'), join(folder, 'working-copy')];
  const scene = await startPlayground({ directory: state });
  await scene.playground.createRepository('acme/website', { defaultBranch: 'main' });
  mkdirSync(workingCopy);
  await git(workingCopy, 'clone', '--quiet', websiteUrl(scene.playground), '.');
  const head = await push(workingCopy, { branch: 'main', text: '<h1>Main</h1>', message: 'Start the site' });
  await scene.playground.settled();
  await scene.playground.stop();
  return { folder, state, workingCopy, head };
}

function websiteUrl(playground: Playground): string {
  return `${playground.gitUrl.replace('http://', 'http://demo:demo@')}/acme/website.git`;
}

/** A repository acme/website with one commit on main, and a clone of it. */
export async function startWebsite(options: Partial<PlaygroundOptions> = {}) {
  template ??= makeTemplate();
  const { state, workingCopy: original, head } = await template;
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'bitbucket-'));
  cpSync(state, directory, { recursive: true });
  const scene = await startPlayground({ ...options, directory });
  const workingCopy = scene.folder();
  cpSync(original, workingCopy, { recursive: true });
  await git(workingCopy, 'remote', 'set-url', 'origin', websiteUrl(scene.playground));
  return { ...scene, workingCopy, head };
}

export type Website = Awaited<ReturnType<typeof startWebsite>>;

export const WEBSITE = '/repositories/acme/website';
