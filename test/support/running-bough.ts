import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { pauseSince } from './pause.ts';

const root = join(import.meta.dirname, '../..');
const exec = promisify(execFile);

/** Matches the output of a stack that has shown its demo. The first group is the API's URL. */
export const demoShown = /^ready (http:\S+)$[\s\S]*^Look around with/m;

/** A running `npm start`, as a user has it. Tests use only its output and its ports. */
export interface RunningBough {
  process: ChildProcess;
  apiUrl: string;
  stateDirectory: string;
  output(): string;
  /** Sends SIGTERM, as a supervisor does, and returns the exit code. Throws if the process does not end. */
  stop(): Promise<number | null>;
}

/**
 * Starts `npm start` with environment variables.
 * @param options.seen matches the output of a started stack; the first group is the API's URL
 * @param options.directory the checkout of Bough
 */
export async function startBough(
  variables: Record<string, string>,
  { seen = /^ready (http:\S+)$/m, directory = root }: { seen?: RegExp; directory?: string } = {},
): Promise<RunningBough> {
  const child = spawn('npm', ['start', '--silent'], {
    cwd: directory,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const ready = await eventually('the stack is ready', () => {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}:\n${output}`);
    return seen.exec(output);
  });
  return {
    process: child,
    apiUrl: ready[1] ?? '',
    stateDirectory: variables['BOUGH_STATE_DIR'] ?? '.state',
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      return eventually(
        'the stack has stopped',
        () => child.exitCode !== null && { code: child.exitCode },
        10,
      ).then(({ code }) => code);
    },
  };
}

/** Runs `npm start` until it ends by itself, for options that are refused. */
export async function tryToStart(variables: Record<string, string>) {
  return exec('npm', ['start', '--silent'], {
    cwd: root,
    env: { ...process.env, ...variables },
    timeout: 30_000,
  }).then(
    () => ({ code: 0, stderr: '' }),
    (error: { code: number; stderr: string }) => ({ code: error.code, stderr: error.stderr }),
  );
}

/** Asks in growing intervals until the answer is truthy. The deadline is a limit for defects, not a measure of speed. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  seconds = 120,
): Promise<T> {
  const begin = Date.now();
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > begin + seconds * 1000) throw new Error(`Not within ${seconds} s: ${what}`);
    await pauseSince(begin);
  }
}

/**
 * Finds four free ports in a row, as a stack and its Bitbucket use them, and returns the first. Each worker has a range of
 * its own below the ports that systems give to outgoing connections. The same ports give the same template, which is
 * synthesised only once.
 */
export async function freePort(): Promise<number> {
  const first = 20_000 + 100 * Number(process.env['VITEST_POOL_ID'] ?? 0);
  for (let port = first; port < first + 100; port += 10) {
    const free = await Promise.all([0, 1, 2, 3].map((offset) => isFree(port + offset)));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`No free port from ${first} to ${first + 100}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Creates a clone in which a user works. */
export async function aWorkingCopy(url: string) {
  const directory = await mkdtemp(join(tmpdir(), 'bough-clone-'));
  const git = async (...command: string[]) => {
    const { stdout } = await exec('git', command, {
      cwd: directory,
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'maintenance.auto',
        GIT_CONFIG_VALUE_0: 'false',
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.com',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.com',
      },
    });
    return stdout.trim();
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', url);
  return {
    git,
    async commit(files: Record<string, string>, message = 'Work') {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        const isScript = content.startsWith('#!');
        await writeFile(join(directory, path), content, { mode: isScript ? 0o755 : 0o644 });
      }
      await git('add', '--all');
      await git('commit', '--quiet', '--message', message);
      return git('rev-parse', 'HEAD');
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Sends a JSON request and returns the status and the parsed body. */
export async function call(method: string, url: string, body?: unknown, credentials?: string) {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(credentials ? { authorization: `Basic ${btoa(credentials)}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : null };
}
