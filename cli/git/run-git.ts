import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { RunGit } from '../../shared/git/import-bundle.ts';
import { CliError } from '../errors.ts';

interface Settings {
  env: Readonly<Record<string, string | undefined>>;
  /** Terminates git, which then removes its incomplete files. */
  signal: AbortSignal;
}

/** Variables that git sets in hooks, and that would select another repository. */
const repositoryVariables =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|DEFAULT_.+)$/;

/** Finds the user's git in the PATH. Throws `CliError` without git; the returned function throws it with git's error output. */
export async function findGit({ env, signal }: Settings): Promise<RunGit> {
  const own = Object.entries(env).filter(([name]) => !repositoryVariables.test(name));
  // The assembled repository has no LFS files, so a checkout must keep the pointers.
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
  // Wait for the exit, because git removes its incomplete files before. If git stops reading its input, its own
  // error output has the reason, not the broken pipe.
  const [ended] = await Promise.allSettled([once(child, 'close'), feeding]);
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (ended.status === 'rejected') throw ended.reason;
  if (child.exitCode === 0) return output.stdout;
  throw new CliError(`git failed: ${output.stderr.trim() || `exit code ${child.exitCode}`}`);
}
