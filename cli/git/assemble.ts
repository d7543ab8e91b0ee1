import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError } from '../../shared/git/git-error.ts';
import { importBundle, missingObjects, type RunGit } from '../../shared/git/import-bundle.ts';
import { CliError } from '../errors.ts';

/** The contents of the repository to assemble. */
export interface RepositoryParts {
  /** The bundle files in the order of the chain. */
  bundles: readonly string[];
  refs: ReadonlyMap<string, string>;
  head: Head;
}

/** The target of HEAD: a branch, or a detached commit. */
export type Head = { branch: string } | { commit: string };

/** Assembles a mirror's bundles into a bare repository, as a source for `git clone`. Throws `CliError` when the chain is damaged. */
export async function assemble(git: RunGit, directory: string, parts: RepositoryParts): Promise<void> {
  const { bundles, refs, head } = parts;
  const plain = ['-c', 'init.defaultRefFormat=files', '-c', 'init.defaultObjectFormat=sha1'];
  await git([...plain, 'init', '--quiet', '--bare', '--template=', directory]);
  const here: RunGit = (args, input) => git(['-C', directory, ...args], input);
  try {
    for (const bundle of bundles) await importBundle(here, bundle);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new CliError(`The mirror is damaged: ${error.message}. ${error.remedy}`, { cause: error });
  }
  const options = new Set([...refs.values(), ...('commit' in head ? [head.commit] : [])]);
  const [absent] = await missingObjects(here, [...options]);
  if (absent) throw new CliError(`The mirror is not complete: ${absent} is in none of its bundles.`);
  // `packed-refs` is one file that every git version reads; `git update-ref` would write thousands of files.
  const lines = Array.from(refs, ([name, id]) => `${id} ${name}\n`);
  await writeFile(join(directory, 'packed-refs'), lines.join(''));
  if ('branch' in head) await here(['symbolic-ref', 'HEAD', `refs/heads/${head.branch}`]);
  else await here(['update-ref', '--no-deref', 'HEAD', head.commit]);
}
