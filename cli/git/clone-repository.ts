import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunGit } from '../../shared/git/take-bundle.ts';
import type { Head } from './assemble.ts';

export interface CloneOptions {
  /** The repository that is cloned. */
  from: string;
  directory: string;
  /** A bare repository with the references as they are, else a working tree with remote branches. */
  isBare: boolean;
  /** Where `origin` shall be from then on; null when that is nowhere. */
  originUrl: string | null;
  /** What is checked out, if that is not the branch that HEAD names: a branch, or HEAD's commit on none. */
  head?: Head | undefined;
  /** How many commits of the history are wanted, if not all: then of one branch only. */
  depth?: number | undefined;
}

const pullRequests = '+refs/pull-requests/*:refs/pull-requests/*';

/** Clones as git does, and lets the clone's `origin` be the repository that the mirror is one of. */
export async function cloneRepository(git: RunGit, options: CloneOptions): Promise<void> {
  const { from, directory, isBare, originUrl, head, depth } = options;
  const existed = await isThere(directory);
  const kind = isBare ? ['--mirror'] : ['--config', `remote.origin.fetch=${pullRequests}`];
  // From a path everything is copied, whatever the depth; a URL is fetched from.
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
    if (!shallow) await forgetExtras(config, isBare);
    // Git takes a branch that is at the same commit for what HEAD means.
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

async function forgetExtras(config: RunGit, isBare: boolean): Promise<void> {
  // With it, `git push` would delete in Bitbucket whatever has come there since.
  if (isBare) await config(['--unset', 'remote.origin.mirror']);
  else await config(['--unset', 'remote.origin.fetch', '^\\+refs/pull-requests/']);
}

async function isThere(directory: string): Promise<boolean> {
  return (await readdir(directory).catch(() => null)) !== null;
}

/** A directory that was there before is empty again. */
async function remove(directory: string, existed: boolean): Promise<void> {
  const paths = existed ? (await readdir(directory)).map((name) => join(directory, name)) : [directory];
  for (const path of paths) await rm(path, { recursive: true, force: true });
}
