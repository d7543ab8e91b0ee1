import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Git, GitError } from './git.ts';
import { branchRef } from './refs.ts';

/** A merge strategy under Cloud's name. */
export type MergeStrategy = 'merge_commit' | 'squash' | 'fast_forward';

interface Merge {
  readonly git: Git;
  /** The bare repository that contains both commits. */
  readonly directory: string;
  readonly destination: string;
  readonly source: string;
  readonly strategy: MergeStrategy;
  readonly message: string;
  readonly author: string;
}

/** The merge commit, or the conflicting files; no files when a fast-forward is impossible. */
export type MergeResult =
  | { readonly kind: 'merged'; readonly commit: string }
  | { readonly kind: 'conflict'; readonly files: string[] };

const FLAGS: Record<MergeStrategy, readonly string[]> = {
  merge_commit: ['--no-ff'],
  squash: ['--squash'],
  fast_forward: ['--ff-only'],
};

async function unmergedFiles(git: Git, worktree: string): Promise<string[]> {
  const output = await git.run(worktree, ['diff', '--name-only', '--diff-filter=U', '-z']);
  return output.split('\0').filter((file) => file !== '');
}

async function mergeIn(worktree: string, merge: Merge): Promise<MergeResult> {
  const { git, source, strategy, message, author } = merge;
  const identity = {
    GIT_AUTHOR_NAME: author,
    GIT_AUTHOR_EMAIL: `${author}@example.com`,
    GIT_COMMITTER_NAME: author,
    GIT_COMMITTER_EMAIL: `${author}@example.com`,
  };
  try {
    const withMessage = strategy === 'merge_commit' ? ['-m', message] : [];
    await git.run(worktree, ['merge', '--quiet', ...FLAGS[strategy], ...withMessage, source], identity);
    if (strategy === 'squash') {
      await git.run(worktree, ['commit', '--quiet', '--allow-empty', '-m', message], identity);
    }
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const files = await unmergedFiles(git, worktree);
    if (files.length === 0 && strategy !== 'fast_forward') throw error;
    return { kind: 'conflict', files };
  }
  return { kind: 'merged', commit: (await git.run(worktree, ['rev-parse', 'HEAD'])).trim() };
}

/**
 * Merges two commits in a temporary work tree, since older gits lack `git merge-tree --write-tree`. Moves no branch:
 * the caller does so if the branch has not moved in the meantime.
 */
export async function mergeCommits(merge: Merge): Promise<MergeResult> {
  const { git, directory, destination } = merge;
  const parent = await mkdtemp(join(tmpdir(), 'bough-merge-'));
  const worktree = join(parent, randomUUID());
  try {
    await git.run(directory, ['worktree', 'add', '--quiet', '--detach', worktree, destination]);
    return await mergeIn(worktree, merge);
  } finally {
    await rm(parent, { recursive: true, force: true });
    await git.run(directory, ['worktree', 'prune']);
  }
}

/** Fetches the commits of a fork's branch, so that they can be merged. */
export async function fetchCommit(git: Git, directory: string, from: string, branch: string): Promise<void> {
  await git.run(directory, ['fetch', '--quiet', '--no-tags', from, branchRef(branch)]);
}
