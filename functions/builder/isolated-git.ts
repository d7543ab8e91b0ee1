import { execFile } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { GitError } from '../../shared/git/git-error.ts';
import type { RunGit } from '../../shared/git/take-bundle.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What git prints is kept, but is never as long as this. */
const longestOutput = 64 * 1024 * 1024;

/**
 * Git in a directory, apart from the settings of the machine. Of the environment it is given PATH, TMPDIR and the
 * like; variables that steer git itself are left out.
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
    // If git stops reading its input, what it says is the reason, not that the pipe broke.
    const [result] = await Promise.allSettled([running, feeding]);
    if (result.status === 'fulfilled') return result.value.stdout;
    throw new GitError('git_restore_failed', `git ${args[0]} failed: ${reasonOf(result.reason)}`, {
      cause: result.reason,
    });
  };
}

/** What git printed, else why it could not be started. */
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
