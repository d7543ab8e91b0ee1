import type { Bitbucket } from '../bitbucket.ts';
import { branchRef, moveRef, type Ref, readBranch, readHead } from '../git/refs.ts';
import type { Account, Repository } from '../store/records.ts';
import { ChangeRejectedError } from './errors.ts';
import { processRefChanges } from './pushes.ts';

/** Creates a branch at a commit. Throws a ChangeRejectedError when the name is taken. */
export async function createBranch(
  bitbucket: Bitbucket,
  repository: Repository,
  { name, commit }: Ref,
  actor: Account,
): Promise<void> {
  const directory = bitbucket.store.gitDirectory(repository);
  const change = { ref: branchRef(name), old: null, new: commit };
  const isTaken = (await readBranch(bitbucket.git, directory, name)) !== undefined;
  if (isTaken || !(await moveRef(bitbucket.git, directory, change))) {
    throw new ChangeRejectedError('branch exists', 'name', `Branch ${name} cannot be created.`);
  }
  processRefChanges(bitbucket, repository, [change], actor);
}

/** Deletes a branch that is still at `commit`. Throws a ChangeRejectedError if it moved or is the main branch. */
export async function deleteBranch(
  bitbucket: Bitbucket,
  repository: Repository,
  { name, commit }: Ref,
  actor: Account,
): Promise<void> {
  const directory = bitbucket.store.gitDirectory(repository);
  if (name === (await readHead(bitbucket.git, directory))) {
    throw new ChangeRejectedError('main branch', 'name', `The main branch ${name} cannot be deleted.`);
  }
  const change = { ref: branchRef(name), old: commit, new: null };
  if (!(await moveRef(bitbucket.git, directory, change))) {
    throw new ChangeRejectedError(
      'branch moved',
      'name',
      `Branch ${name} changed while it was being deleted.`,
    );
  }
  processRefChanges(bitbucket, repository, [change], actor);
}
