import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunGit } from '../../shared/git/import-bundle.ts';
import type { Head } from './assemble.ts';

/** The source and the destination of `git clone`. */
export interface CloneOptions {
  /** The path of the repository to clone. */
  from: string;
  directory: string;
  /** True for a bare repository with unchanged references, false for a working tree with remote branches. */
  isBare: boolean;
  /** The final URL of `origin`; null removes it. */
  originUrl: string | null;
  /** The checkout instead of the branch of HEAD: another branch, or the detached commit of HEAD. */
  head?: Head | undefined;
  /** The number of commits of a shallow clone, which has one branch only. */
  depth?: number | undefined;
}

const pullRequests = '+refs/pull-requests/*:refs/pull-requests/*';

/** Clones with git, then sets the clone's `origin` to the Bitbucket repository. */
export async function cloneRepository(git: RunGit, options: CloneOptions): Promise<void> {
  const { from, directory, isBare, originUrl, head, depth } = options;
  const existed = await exists(directory);
  const kind = isBare ? ['--mirror'] : ['--config', `remote.origin.fetch=${pullRequests}`];
  // Git ignores --depth for a path and respects it for a file URL.
  const shallow = depth === undefined ? null : ['--depth', String(depth)];
  await git([
    ...['-c', 'protocol.file.allow=always'],
    ...['clone', '--quiet', '--origin', 'origin', ...(shallow ?? kind)],
    ...(head && 'branch' in head ? ['--branch', head.branch] : []),
    ...['--', shallow ? pathToFileURL(from).href : from, directory],
  ]);
  try {
    const config: RunGit = (args) => git(['-C', directory, 'config', ...args]);
    await setOrigin(config, originUrl);
    if (!shallow) await unsetMirrorSettings(config, isBare);
    // Git would check out a branch at the same commit instead of the detached HEAD.
    if (head && 'commit' in head)
      await git(['-C', directory, 'checkout', '--quiet', '--detach', head.commit, '--']);
  } catch (error) {
    await remove(directory, existed);
    throw error;
  }
}

async function setOrigin(config: RunGit, originUrl: string | null): Promise<void> {
  if (originUrl === null) await config(['--unset', 'remote.origin.url']);
  else await config(['remote.origin.url', originUrl]);
}

async function unsetMirrorSettings(config: RunGit, isBare: boolean): Promise<void> {
  // With this setting `git push` would delete newer references in Bitbucket.
  if (isBare) await config(['--unset', 'remote.origin.mirror']);
  else await config(['--unset', 'remote.origin.fetch', '^\\+refs/pull-requests/']);
}

async function exists(directory: string): Promise<boolean> {
  return (await readdir(directory).catch(() => null)) !== null;
}

/** Removes a failed clone; a directory that existed before is emptied instead. */
async function remove(directory: string, existed: boolean): Promise<void> {
  const paths = existed ? (await readdir(directory)).map((name) => join(directory, name)) : [directory];
  for (const path of paths) await rm(path, { recursive: true, force: true });
}
