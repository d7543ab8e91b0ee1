/** Repositories for the mirror benchmark: the same bytes in every run, generated once and kept between runs. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

/** The size of a generated repository. */
export interface Shape {
  name: string;
  /** Commits on main. Each changes two files. The first `branches - 1` of them start a branch with one commit. */
  commits: number;
  fileBytes: number;
  branches: number;
  tags: number;
  compression: number;
}

/** Repositories of about 0.2 MB, 50 MB and 300 MB when packed. The largest is uncompressed, which saves generation time. */
export const shapes = {
  small: { name: 'small', commits: 50, fileBytes: 2_000, branches: 10, tags: 5, compression: 1 },
  medium: { name: '50 MB', commits: 7_000, fileBytes: 4_000, branches: 4_500, tags: 500, compression: 1 },
  large: { name: '300 MB', commits: 300, fileBytes: 500_000, branches: 50, tags: 5, compression: 0 },
} satisfies Record<string, Shape>;

/** Increment the number when the generator changes, so that no outdated repository is measured. */
const cache = join(tmpdir(), 'bough-bench-mirror-1');
const identity = 'Ada <ada@example.org>';
const begin = 1_700_000_000;

/** The environment of git without user settings. Like the S3 stand-in, git does not sync its files to disk. */
export const gitEnvironment = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'core.fsync',
  GIT_CONFIG_VALUE_0: 'none',
};

/** Runs a git command and returns its trimmed output. */
export async function runGit(directory: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: directory, env: gitEnvironment });
  return stdout.trim();
}

/** Creates a mutable copy of a generated repository at `<root>/<repository>`. */
export async function provideRepository(shape: Shape, root: string, repository: string): Promise<void> {
  const kept = join(cache, `${shape.name.replace(' ', '')}.git`);
  if (!existsSync(kept)) await generate(shape, kept);
  cpSync(kept, join(root, repository), { recursive: true, mode: constants.COPYFILE_FICLONE });
}

/** Creates an empty bare repository that accepts pushes over HTTP. */
export async function createBareRepository(root: string, repository: string): Promise<void> {
  mkdirSync(join(root, repository), { recursive: true });
  await runGit(join(root, repository), 'init', '--quiet', '--bare', '-b', 'main');
  await runGit(join(root, repository), 'config', 'http.receivepack', 'true');
}

/** Adds a commit to main that changes one file. */
export async function commitOnce(directory: string, number: number): Promise<void> {
  const content = text(1_000_000 + number, 2_000);
  await fastImport(directory, [
    `commit refs/heads/main\ncommitter ${identity} ${begin + 10_000_000 + number} +0000\n`,
    `data 7\nchange\n\nfrom refs/heads/main^0\nM 100644 inline ${path(number)}\ndata 2000\n`,
    content,
    '\n',
  ]);
}

async function generate(shape: Shape, kept: string): Promise<void> {
  const directory = `${kept}-${process.pid}`;
  try {
    await createBareRepository(directory, '.');
    await runGit(directory, 'config', 'core.compression', String(shape.compression));
    await runGit(directory, 'config', 'core.bigFileThreshold', '100k');
    await fastImport(directory, history(shape));
    // Servers keep repositories like this: one pack with a bitmap, and packed references.
    await runGit(directory, 'gc', '--quiet');
    renameSync(directory, kept);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function fastImport(directory: string, script: Iterable<string | Buffer>): Promise<void> {
  const child = spawn('git', ['fast-import', '--quiet', '--force'], {
    cwd: directory,
    env: gitEnvironment,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const [, [code]] = await Promise.all([pipeline(script, child.stdin), once(child, 'close')]);
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
}

function* history({ commits, fileBytes, branches, tags }: Shape): Generator<string | Buffer> {
  for (let index = 0; index < commits; index += 1) {
    yield* commit('main', index, fileBytes);
    if (index < branches - 1) {
      const branch = `topic/${index % 10}/change-${index}`;
      yield `reset refs/heads/${branch}\nfrom refs/heads/main\n\n`;
      yield* commit(branch, commits + index, 200);
    }
    if (index >= tags) continue;
    if (index % 2 === 0) yield `reset refs/tags/v${index}\nfrom refs/heads/main\n\n`;
    else
      yield `tag v${index}\nfrom refs/heads/main\ntagger ${identity} ${begin + index} +0000\ndata 7\nrelease\n`;
  }
}

function* commit(branch: string, index: number, bytes: number): Generator<string | Buffer> {
  yield `commit refs/heads/${branch}\ncommitter ${identity} ${begin + index * 60} +0000\n`;
  yield `data 7\nchange\n`;
  for (const file of [index * 2, index * 2 + 1]) {
    yield `M 100644 inline ${path(file)}\ndata ${bytes}\n`;
    yield text(file, bytes);
    yield '\n';
  }
}

function path(number: number): string {
  const place = (number * 7919) % 600;
  return `src/part-${place % 30}/file-${place}.txt`;
}

/** Base64 text of pseudo-random bytes, which zlib compresses by a quarter. */
function text(seed: number, bytes: number): Buffer {
  const noise = Buffer.allocUnsafe(Math.ceil((bytes * 3) / 4 / 4) * 4);
  let state = seed * 2_654_435_761 + 1;
  for (let at = 0; at < noise.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    noise.writeUInt32BE(Math.imul(state ^ (state >>> 15), 2_246_822_519) >>> 0, at);
  }
  return Buffer.from(noise.toString('base64').slice(0, bytes), 'latin1');
}
