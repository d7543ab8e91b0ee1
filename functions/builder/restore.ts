import { type ExecFileOptions, execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type BundleHeader, decodeBundleHeader } from '../../shared/git/bundle.ts';
import { GitError } from '../../shared/git/git-error.ts';
import { isObjectId } from '../../shared/git/object-id.ts';

export interface RestoreOptions {
  /** Local bundle files, in the order of the mirror's chain. */
  bundles: string[];
  /** The working tree to make; its `.git` has the whole history of the bundles. */
  directory: string;
  commit: string;
  /** For git: PATH, TMPDIR and the like. Variables that steer git itself are left out. */
  environment?: Record<string, string>;
}

/** A bundle's header can list very many refs, but is never as long as this. */
const longestHeader = 64 * 1024 * 1024;

type Git = (args: string[], input?: Readable | string) => Promise<string>;

/**
 * Checks a commit out of the mirror, detached. Submodules and Git LFS pointers stay as they are.
 *
 * Only the objects are taken from the bundles, by `git index-pack`. `git fetch` would write every ref of every
 * bundle, which takes most of the time with thousands of them, just to have each bundle's prerequisites reachable
 * for the next; that they are there is checked here.
 * @throws GitError git_commit_missing, git_bundle_invalid, git_restore_failed
 */
export async function restore(options: RestoreOptions): Promise<void> {
  const { bundles, directory, commit } = options;
  if (!isObjectId(commit)) throw new GitError('git_commit_missing', `"${commit}" is not the id of a commit`);
  const env = gitEnvironment(options.environment ?? {});
  // An empty template: no hooks of the machine.
  await runGit(['init', '--quiet', '--template=', directory], { env });
  const git: Git = (args, input) => runGit(args, { env, cwd: directory }, input);
  // No ref names the objects of other branches, so nothing may collect them as garbage.
  await git(['config', 'gc.auto', '0']);
  for (const bundle of bundles) await takeBundle(git, bundle);
  if ((await missing(git, [`${commit}^{commit}`])).length > 0) {
    throw new GitError('git_commit_missing', `the mirror has no commit ${commit}`);
  }
  await git(['checkout', '--quiet', '--force', '--detach', commit, '--']);
}

async function takeBundle(git: Git, bundle: string): Promise<void> {
  const { header, length } = await readHeader(bundle);
  const [absent] = await missing(git, header.prerequisites);
  if (absent !== undefined) {
    throw new GitError('git_restore_failed', `${bundle} builds on ${absent}, which no bundle before it has`);
  }
  await git(['index-pack', '--stdin', '--fix-thin'], createReadStream(bundle, { start: length }));
}

async function readHeader(bundle: string): Promise<{ header: BundleHeader; length: number }> {
  let start = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(bundle, { end: longestHeader })) {
      start = Buffer.concat([start, chunk]);
      if (start.includes('\n\n')) break;
    }
  } catch (cause) {
    throw new GitError('git_restore_failed', `${bundle} cannot be read`, { cause });
  }
  return decodeBundleHeader(start);
}

/** Those of the objects that the repository has not. */
async function missing(git: Git, objects: string[]): Promise<string[]> {
  if (objects.length === 0) return [];
  const lines = await git(['cat-file', '--batch-check=%(objectname)'], `${objects.join('\n')}\n`);
  return lines
    .split('\n')
    .flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, -' missing'.length)] : []));
}

async function runGit(
  args: string[],
  settings: ExecFileOptions,
  input: Readable | string = '',
): Promise<string> {
  const running = promisify(execFile)('git', args, {
    ...settings,
    encoding: 'utf8',
    maxBuffer: longestHeader,
  });
  const feeding =
    running.child.stdin && pipeline(typeof input === 'string' ? [input] : input, running.child.stdin);
  // If git stops reading its input, what it says is the reason, not that the pipe broke.
  const [result] = await Promise.allSettled([running, feeding]);
  if (result.status === 'fulfilled') return result.value.stdout;
  throw new GitError('git_restore_failed', `git ${args[0]} failed: ${reasonOf(result.reason)}`, {
    cause: result.reason,
  });
}

/** What git printed, else why it could not be started. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const printed = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return printed === '' ? error.message : printed.slice(-2000);
}

function gitEnvironment(environment: Record<string, string>): Record<string, string> {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  };
}
