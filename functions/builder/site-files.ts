import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { nullIfAbsent } from './files.ts';

export interface SiteFile {
  /** Below the site's root, with slashes: the end of its URL. */
  name: string;
  path: string;
  bytes: number;
}

/** What is never published, wherever it is: a repository's history and its instructions to Bough. */
const unpublished = new Set(['.git', '.bough']);

/**
 * The files below a directory, also through links as long as these stay within `within`;
 * `leaveOut` hears of every link that does not, or leads nowhere.
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
