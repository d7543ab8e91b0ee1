import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { nullIfAbsent } from './files.ts';

/** A file to publish. */
export interface SiteFile {
  /** The path below the site's root, with slashes, as in the file's URL. */
  name: string;
  path: string;
  bytes: number;
}

/** Names that are never published at any depth: the repository's history and its `.bough/`. */
const unpublished = new Set(['.git', '.bough']);

/**
 * Lists the files below a directory. Links are followed when their targets are within `within`.
 * `leaveOut` receives every other link.
 */
export async function listSiteFiles(
  root: string,
  within: readonly string[],
  leaveOut: (name: string) => void,
): Promise<SiteFile[]> {
  const roots = await Promise.all(within.map((directory) => realpath(directory).catch(nullIfAbsent)));
  const bounds = roots.filter((directory) => directory !== null);
  const files: SiteFile[] = [];

  const visit = async (path: string, name: string, above: readonly string[]): Promise<void> => {
    const real = await realpath(path).catch(nullIfAbsent);
    if (real === null || above.includes(real) || !isPublishable(real, bounds)) {
      leaveOut(name);
      return;
    }
    const stats = await stat(real);
    if (stats.isFile()) files.push({ name, path: real, bytes: stats.size });
    if (!stats.isDirectory()) return;
    for (const entry of (await readdir(real)).sort()) {
      if (unpublished.has(entry)) continue;
      await visit(join(path, entry), name === '' ? entry : `${name}/${entry}`, [...above, real]);
    }
  };
  if ((await realpath(root).catch(nullIfAbsent)) !== null) await visit(root, '', []);
  return files;
}

function isPublishable(real: string, bounds: readonly string[]): boolean {
  return bounds.some((bound) => {
    const steps = relative(bound, real).split(sep);
    return steps[0] !== '..' && !steps.some((step) => unpublished.has(step));
  });
}
