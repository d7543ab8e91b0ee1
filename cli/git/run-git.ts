import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { RunGit } from '../../shared/git/take-bundle.ts';
import { CliError } from '../errors.ts';

interface Settings {
  env: Readonly<Record<string, string | undefined>>;
  /** Ends git, which then takes away what it has made. */
  signal: AbortSignal;
}

/** In a hook of git these say which repository is meant, or what a new one is like: not one of ours. */
const ofOthers =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|DEFAULT_.+)$/;

/** The user's git, from the PATH. Throws `CliError`: when there is none, and later with what git had to say. */
export async function findGit({ env, signal }: Settings): Promise<RunGit> {
  const own = Object.entries(env).filter(([name]) => !ofOthers.test(name));
  // Git LFS finds nothing where we check out from, so its pointers stay as they are.
  const settings = { env: { ...Object.fromEntries(own), GIT_LFS_SKIP_SMUDGE: '1' }, signal };
  const git: RunGit = (args, input) => runGit(args, input, settings);
  await git(['--version']).catch((cause: unknown) => {
    signal.throwIfAborted();
    const remedy = 'Install it (https://git-scm.com) and make sure that it is on the PATH.';
    throw new CliError(`This command needs git, which cannot be run. ${remedy}`, { cause });
  });
  return git;
}

async function runGit(
  args: readonly string[],
  input: AsyncIterable<Uint8Array> | string | undefined,
  { env, signal }: Settings,
): Promise<string> {
  signal.throwIfAborted();
  const child = spawn('git', args, { env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const stop = () => void child.kill();
  signal.addEventListener('abort', stop);
  const feeding =
    input !== undefined && child.stdin && pipeline(typeof input === 'string' ? [input] : input, child.stdin);
  // Not before it has ended: what it takes away is gone then. If git stops reading its input, what it says is the
  // reason, not that the pipe broke.
  const [ended] = await Promise.allSettled([once(child, 'close'), feeding]);
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (ended.status === 'rejected') throw ended.reason;
  if (child.exitCode === 0) return output.stdout;
  throw new CliError(`git failed: ${output.stderr.trim() || `exit code ${child.exitCode}`}`);
}
