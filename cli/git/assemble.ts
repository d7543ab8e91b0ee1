import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError } from '../../shared/git/git-error.ts';
import { missingObjects, type RunGit, takeBundle } from '../../shared/git/take-bundle.ts';
import { CliError } from '../errors.ts';

export interface Parts {
  /** The files of the chain, in its order. */
  bundles: readonly string[];
  refs: ReadonlyMap<string, string>;
  head: Head;
}

/** What HEAD shall name: a branch, or a commit that is on none. */
export type Head = { branch: string } | { commit: string };

/** Makes a bare repository of a mirror, for `git clone` to clone. Throws `CliError` when the chain is damaged. */
export async function assemble(git: RunGit, directory: string, parts: Parts): Promise<void> {
  const { bundles, refs, head } = parts;
  const plain = ['-c', 'init.defaultRefFormat=files', '-c', 'init.defaultObjectFormat=sha1'];
  await git([...plain, 'init', '--quiet', '--bare', '--template=', directory]);
  const here: RunGit = (args, input) => git(['-C', directory, ...args], input);
  try {
    for (const bundle of bundles) await takeBundle(here, bundle);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new CliError(`The mirror is damaged: ${error.message}. ${error.remedy}`, { cause: error });
  }
  const wanted = new Set([...refs.values(), ...('commit' in head ? [head.commit] : [])]);
  const [absent] = await missingObjects(here, [...wanted]);
  if (absent) throw new CliError(`The mirror is not complete: ${absent} is in none of its bundles.`);
  // One file, whose format is older than every git: `git update-ref` would write thousands.
  const lines = Array.from(refs, ([name, id]) => `${id} ${name}\n`);
  await writeFile(join(directory, 'packed-refs'), lines.join(''));
  if ('branch' in head) await here(['symbolic-ref', 'HEAD', `refs/heads/${head.branch}`]);
  else await here(['update-ref', '--no-deref', 'HEAD', head.commit]);
}
