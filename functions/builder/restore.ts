import { GitError } from '../../shared/git/git-error.ts';
import { importBundle, missingObjects } from '../../shared/git/import-bundle.ts';
import { isObjectId } from '../../shared/git/object-id.ts';
import { isolatedGit } from './isolated-git.ts';

/** The input of `restore`. */
export interface RestoreOptions {
  /** Local bundle files, in the order of the mirror's chain. */
  bundles: string[];
  /** The working tree to create. Its `.git` has the whole history of the bundles. */
  directory: string;
  commit: string;
  /** The environment of git. Variables that configure git are removed. */
  environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Checks a commit out of the mirror, detached. Submodules and Git LFS pointers stay as they are.
 * @throws GitError git_commit_missing, git_bundle_invalid, git_restore_failed
 */
export async function restore(options: RestoreOptions): Promise<void> {
  const { bundles, directory, commit, environment = {} } = options;
  if (!isObjectId(commit)) throw new GitError('git_commit_missing', `"${commit}" is not the id of a commit`);
  // The empty template excludes the machine's hooks.
  await isolatedGit(environment)(['init', '--quiet', '--template=', directory]);
  const git = isolatedGit(environment, directory);
  // No ref keeps the objects of other branches, so garbage collection must not run.
  await git(['config', 'gc.auto', '0']);
  for (const bundle of bundles) await importBundle(git, bundle);
  if ((await missingObjects(git, [`${commit}^{commit}`])).length > 0) {
    throw new GitError('git_commit_missing', `the mirror has no commit ${commit}`);
  }
  await git(['checkout', '--quiet', '--force', '--detach', commit, '--']);
}
