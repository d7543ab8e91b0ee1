import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunGit } from '../../shared/git/take-bundle.ts';

export interface CloneOptions {
  /** The repository that is cloned. */
  from: string;
  directory: string;
  /** A bare repository with the references as they are, else a working tree with remote branches. */
  isBare: boolean;
  /** Where `origin` shall be from then on; null when that is nowhere. */
  originUrl: string | null;
}

const pullRequests = '+refs/pull-requests/*:refs/pull-requests/*';

/** Clones as git does, and lets the clone's `origin` be the repository that the mirror is one of. */
export async function cloneRepository(git: RunGit, options: CloneOptions): Promise<void> {
  const { from, directory, isBare, originUrl } = options;
  const existed = await isThere(directory);
  const kind = isBare ? ['--mirror'] : ['--config', `remote.origin.fetch=${pullRequests}`];
  await git([
    ...['-c', 'protocol.file.allow=always'],
    ...['clone', '--quiet', '--origin', 'origin', ...kind, '--', from, directory],
  ]);
  try {
    await settle((args) => git(['-C', directory, 'config', ...args]), isBare, originUrl);
  } catch (error) {
    await remove(directory, existed);
    throw error;
  }
}

async function settle(config: RunGit, isBare: boolean, originUrl: string | null): Promise<void> {
  if (originUrl === null) await config(['--unset', 'remote.origin.url']);
  else await config(['remote.origin.url', originUrl]);
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
