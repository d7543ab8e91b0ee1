import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Playground,
  type PlaygroundOptions,
  startBitbucketPlayground,
} from '../../../../local/bitbucket/playground.ts';
import { oncePerRun } from '../../../support/once-per-run.ts';
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
export async function git(directory: string, ...args: (string | { input: string })[]): Promise<string> {
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
  const words = args.filter((arg) => typeof arg === 'string');
  const running = execute('git', [...settings, ...words], options);
  for (const arg of args) if (typeof arg !== 'string') running.child.stdin?.end(arg.input);
  return (await running).stdout.trim();
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
    const exists = existsSync(join(clone, '.git/refs/heads', branch));
    await git(clone, 'checkout', '--quiet', ...(exists ? [] : ['-b']), branch);
  }
  writeFileSync(join(clone, file), text);
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '--quiet', '--message', message);
  const head = readFileSync(join(clone, '.git/HEAD'), 'utf8').replace('ref: ', '').trim();
  return readFileSync(join(clone, '.git', head), 'utf8').trim();
}

/** Commits and pushes, and returns the commit's hash. */
export async function push(clone: string, options: CommitOptions = {}): Promise<string> {
  const hash = await commit(clone, options);
  await git(clone, 'push', '--quiet', 'origin', 'HEAD');
  return hash;
}

/**
 * Pushes a new branch with one commit on top of the server's main and returns the commit's hash. The working tree stays as it
 * is: two processes of git instead of nine.
 */
export async function pushBranch(
  site: Website,
  branch: string,
  { file = 'index.html', text = `${Math.random()}`, message = `Change ${file}` }: CommitOptions = {},
): Promise<string> {
  const data = (content: string) => `data ${Buffer.byteLength(content)}\n${content}\n`;
  const script = [
    `commit refs/heads/${branch}\nmark :1\n`,
    `committer Ada <ada@example.com> ${Math.floor(Date.now() / 1000)} +0000\n`,
    `${data(message)}from ${await tip(site, 'main')}\n`,
    `M 100644 inline ${file}\n${data(text)}get-mark :1\n`,
  ];
  const hash = await git(site.workingCopy, 'fast-import', '--quiet', '--force', { input: script.join('') });
  await git(site.workingCopy, 'push', '--quiet', 'origin', branch);
  return hash;
}

/** The commit of a branch on the server; an empty string if the branch does not exist. */
export async function tip(site: Website, branch: string): Promise<string> {
  // The playground keeps each ref in a file of its own.
  const file = join(site.repository, 'refs/heads', branch);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

/** Copying folders is much faster than cloning and pushing in each test. */
async function makeTemplate(folder: string): Promise<void> {
  const workingCopy = join(folder, 'working-copy');
  const fixture = await startPlayground({ directory: join(folder, 'state') });
  await fixture.playground.createRepository('acme/website', { defaultBranch: 'main' });
  mkdirSync(workingCopy);
  await git(workingCopy, 'clone', '--quiet', '--template=', websiteUrl(fixture.playground), '.');
  await push(workingCopy, { branch: 'main', text: '<h1>Main</h1>', message: 'Start the site' });
  await fixture.playground.settled();
  await fixture.playground.stop();
}

function websiteUrl(playground: Playground): string {
  return `${playground.gitUrl.replace('http://', 'http://demo:demo@')}/acme/website.git`;
}

/**
 * Starts a playground with the repository acme/website, which has one commit on main, and a clone of it. `repository` is the
 * server's bare repository.
 */
export async function startWebsite(options: Partial<PlaygroundOptions> = {}) {
  const template = await oncePerRun('bitbucket-website', makeTemplate);
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'bitbucket-'));
  cpSync(join(template, 'state'), directory, { recursive: true });
  const fixture = await startPlayground({ ...options, directory });
  const workingCopy = fixture.folder();
  cpSync(join(template, 'working-copy'), workingCopy, { recursive: true });
  // Files are read and written here, because a process of git takes longer than everything else.
  const config = join(workingCopy, '.git/config');
  writeFileSync(
    config,
    readFileSync(config, 'utf8').replace(/url = .*/, `url = ${websiteUrl(fixture.playground)}`),
  );
  const [uuid = ''] = readdirSync(join(template, 'state/repositories'));
  const repository = join(directory, 'repositories', uuid, 'repository.git');
  // The working copy has all objects of the server without fetching them.
  writeFileSync(join(workingCopy, '.git/objects/info/alternates'), `${join(repository, 'objects')}\n`);
  const head = readFileSync(join(workingCopy, '.git/refs/heads/main'), 'utf8').trim();
  return { ...fixture, workingCopy, repository, head };
}

/** The result of `startWebsite`. */
export type Website = Awaited<ReturnType<typeof startWebsite>>;

/** The path of acme/website in Cloud's API. */
export const WEBSITE = '/repositories/acme/website';
