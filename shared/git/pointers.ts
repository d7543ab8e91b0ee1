import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunGit } from './import-bundle.ts';

/** The external contents that a checkout refers to. */
export interface Pointers {
  /** True when the checkout contains pointers of Git LFS. */
  lfs: boolean;
  submodules: boolean;
}

const pointerStart = 'version https://git-lfs.github.com/spec/';
/** Pointers are shorter than this, by the specification of Git LFS. */
const longestPointer = 1024;

/** Searches a checkout for Git LFS pointers and submodules. `git` runs in the checkout. */
export async function findPointers(directory: string, git: RunGit): Promise<Pointers> {
  const marked = (await git(['ls-files', '-z', '--', ':(top,attr:filter=lfs)'])).split('\0').filter(Boolean);
  return {
    lfs: await hasPointer(marked.map((file) => join(directory, file))),
    submodules: (await statIfThere(join(directory, '.gitmodules'))) !== null,
  };
}

/** Files that came into the repository before it used Git LFS are no pointers, nor are those that were fetched. */
async function hasPointer(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const stats = await statIfThere(path);
    if (!stats?.isFile() || stats.size >= longestPointer) continue;
    if ((await readFile(path, 'latin1')).startsWith(pointerStart)) return true;
  }
  return false;
}

async function statIfThere(path: string) {
  return lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}
