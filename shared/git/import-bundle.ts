import { createReadStream } from 'node:fs';
import { type BundleHeader, decodeBundleHeader } from './bundle.ts';
import { GitError } from './git-error.ts';

/** Runs stock git in one repository and returns the standard output. */
export type RunGit = (args: string[], input?: AsyncIterable<Uint8Array> | string) => Promise<string>;

/** The limit for a bundle's header, which may list very many refs. */
const longestHeader = 64 * 1024 * 1024;

/**
 * Imports the objects of a bundle file into a repository. `git fetch` would also write every ref of every bundle, which
 * dominates the time with thousands of refs. Instead this function checks that the prerequisites exist.
 * @throws GitError git_bundle_invalid, git_restore_failed; any error of `git`
 */
export async function importBundle(git: RunGit, bundle: string): Promise<void> {
  const { header, length } = await readHeader(bundle);
  const [absent] = await missingObjects(git, header.prerequisites);
  if (absent !== undefined) {
    throw new GitError('git_restore_failed', `${bundle} builds on ${absent}, which no bundle before it has`);
  }
  await git(['index-pack', '--stdin', '--fix-thin'], createReadStream(bundle, { start: length }));
}

/** The given objects that the repository does not contain. */
export async function missingObjects(git: RunGit, objects: readonly string[]): Promise<string[]> {
  if (objects.length === 0) return [];
  const lines = await git(['cat-file', '--batch-check=%(objectname)'], `${objects.join('\n')}\n`);
  return lines
    .split('\n')
    .flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, -' missing'.length)] : []));
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
