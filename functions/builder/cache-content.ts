import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import type { CacheLimits } from './cache-limits.ts';

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
 * Lists the files of a cache without reading them. Its calls are synchronous: a cache has many small files, and an
 * asynchronous call for each of them takes ten times as long.
 * @throws Error when it is no directory, or has too many files
 */
export function readCacheContent(
  directory: string,
  { files: most }: Pick<CacheLimits, 'files'>,
): CacheContent {
  if (!lstatSync(directory).isDirectory()) throw new Error('$BOUGH_CACHE_DIR is no directory any more');
  const root = realpathSync.native(directory);
  const hash = createHash('sha256');
  const files: CacheFile[] = [];
  const leftOut: string[] = [];
  const visit = (folder: string): void => {
    for (const name of readdirSync(join(directory, folder)).sort()) {
      const file = describe(join(folder, name), directory);
      if (!isStorable(file, root)) {
        leftOut.push(file.name);
        continue;
      }
      files.push(file);
      if (files.length > most) throw tooMany(most);
      hash.update(`${JSON.stringify(traitsOf(file))}\n`);
      if (file.stats.isDirectory()) visit(file.name);
    }
  };
  visit('');
  return { files, leftOut, fingerprint: hash.digest('hex') };
}

/** The error of a cache with too many files. */
export function tooMany(most: number): Error {
  return new Error(`it has more than ${most.toLocaleString('en')} files`);
}

/** Whether a link leads to a file within the directory, wherever the directory is. */
export function staysInside(link: string, root: string): boolean {
  if (isAbsolute(readlinkSync(link))) return false;
  const target = realpathIfThere(link);
  return target !== null && (target === root || target.startsWith(root + sep));
}

function realpathIfThere(link: string): string | null {
  try {
    // The variant that is not native resolves `..` after links by the text of the path.
    return realpathSync.native(link);
  } catch {
    // The link leads nowhere, or to itself.
    return null;
  }
}

function describe(name: string, directory: string): CacheFile {
  const path = join(directory, name);
  const stats = lstatSync(path);
  return { name, path, stats, target: stats.isSymbolicLink() ? readlinkSync(path) : null };
}

function isStorable({ path, stats }: CacheFile, root: string): boolean {
  if (stats.isSymbolicLink()) return staysInside(path, root);
  return stats.isFile() || stats.isDirectory();
}

/** The properties that show a change. Archives have the times of files in whole seconds. */
function traitsOf({ name, stats, target }: CacheFile): (string | number | null)[] {
  const content = stats.isFile() ? [stats.size, Math.floor(stats.mtimeMs / 1000)] : [];
  return [name, stats.mode, target, ...content];
}
