import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import type { CacheLimits } from './cache-limits.ts';
import { nullIfAbsent } from './files.ts';

/** A file, directory or link of a cache. */
export interface CacheFile {
  /** The path below the cache's directory. */
  name: string;
  path: string;
  stats: Stats;
  /** The target of a link. */
  target: string | null;
}

/** The files of a cache. */
export interface CacheContent {
  /** Directories precede their content. */
  files: CacheFile[];
  /** The names of files that cannot be stored: links that lead out of the directory or nowhere, and special files. */
  leftOut: string[];
  /** Equal for directories with the same names, sizes, times and links. */
  fingerprint: string;
}

/**
 * Lists the files of a cache without reading them.
 * @throws Error when it is no directory, or has too many files
 */
export async function readCacheContent(
  directory: string,
  { files: most }: Pick<CacheLimits, 'files'>,
): Promise<CacheContent> {
  if (!(await lstat(directory)).isDirectory()) throw new Error('$BOUGH_CACHE_DIR is no directory any more');
  const root = await realpath(directory);
  const hash = createHash('sha256');
  const files: CacheFile[] = [];
  const leftOut: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const name of (await readdir(join(directory, folder))).sort()) {
      const file = await describe(join(folder, name), directory);
      if (!(await isStorable(file, root))) {
        leftOut.push(file.name);
        continue;
      }
      files.push(file);
      if (files.length > most) throw tooMany(most);
      hash.update(`${JSON.stringify(traitsOf(file))}\n`);
      if (file.stats.isDirectory()) await visit(file.name);
    }
  };
  await visit('');
  return { files, leftOut, fingerprint: hash.digest('hex') };
}

/** The error of a cache with too many files. */
export function tooMany(most: number): Error {
  return new Error(`it has more than ${most.toLocaleString('en')} files`);
}

/** Whether a link leads to a file within the directory, wherever the directory is. */
export async function staysInside(link: string, root: string): Promise<boolean> {
  if (isAbsolute(await readlink(link))) return false;
  const target = await realpath(link).catch(nullIfAbsent);
  return target !== null && (target === root || target.startsWith(root + sep));
}

async function describe(name: string, directory: string): Promise<CacheFile> {
  const path = join(directory, name);
  const stats = await lstat(path);
  return { name, path, stats, target: stats.isSymbolicLink() ? await readlink(path) : null };
}

async function isStorable({ path, stats }: CacheFile, root: string): Promise<boolean> {
  if (stats.isSymbolicLink()) return staysInside(path, root);
  return stats.isFile() || stats.isDirectory();
}

/** The properties that show a change. Archives have the times of files in whole seconds. */
function traitsOf({ name, stats, target }: CacheFile): (string | number | null)[] {
  const content = stats.isFile() ? [stats.size, Math.floor(stats.mtimeMs / 1000)] : [];
  return [name, stats.mode, target, ...content];
}
