import { execFile } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { GitError } from '../../shared/git/git-error.ts';
import type { RunGit } from '../../shared/git/import-bundle.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The limit of git's buffered output, which is shorter in practice. */
const longestOutput = 64 * 1024 * 1024;

/**
 * Runs git in a directory, independently of the machine's configuration. Environment variables that configure git
 * are removed, others such as PATH and TMPDIR are passed on.
 * @throws GitError git_restore_failed
 */
export function isolatedGit(environment: Variables, directory?: string): RunGit {
  const settings = {
    env: gitEnvironment(environment),
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: longestOutput,
  } as const;
  return async (args, input = '') => {
    const running = promisify(execFile)('git', args, settings);
    const feeding =
      running.child.stdin && pipeline(typeof input === 'string' ? [input] : input, running.child.stdin);
    // If git stops reading its input, its error message is the reason, not the broken pipe.
    const [result] = await Promise.allSettled([running, feeding]);
    if (result.status === 'fulfilled') return result.value.stdout;
    throw new GitError('git_restore_failed', `git ${args[0]} failed: ${reasonOf(result.reason)}`, {
      cause: result.reason,
    });
  };
}

/** Git's error output, or the reason why git could not be started. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const printed = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return printed === '' ? error.message : printed.slice(-2000).toWellFormed();
}

function gitEnvironment(environment: Variables): Record<string, string | undefined> {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  };
}
