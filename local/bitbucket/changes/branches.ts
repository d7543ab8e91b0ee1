import type { Bitbucket } from '../bitbucket.ts';
import { BRANCH_PREFIX, moveBranch, type Ref, readBranch, readHead } from '../git/refs.ts';
import { Refusal } from '../http/errors.ts';
import type { Account, Repository } from '../store/records.ts';
import { announceRefChanges } from './pushes.ts';

/** Makes a branch at a commit. Throws a Refusal when there is one of that name. */
export async function createBranch(
  bitbucket: Bitbucket,
  repository: Repository,
  branch: Ref,
  actor: Account,
): Promise<void> {
  const directory = bitbucket.store.gitDirectory(repository);
  const change = { ref: `${BRANCH_PREFIX}${branch.name}`, old: null, new: branch.commit };
  const isTaken = (await readBranch(bitbucket.git, directory, branch.name)) !== undefined;
  if (isTaken || !(await moveBranch(bitbucket.git, directory, change))) {
    throw new Refusal('branch exists', 'name', `Branch ${branch.name} cannot be created.`);
  }
  announceRefChanges(bitbucket, repository, [change], actor);
}

/** Deletes a branch that is where the caller saw it. Throws a Refusal for the main branch. */
export async function deleteBranch(
  bitbucket: Bitbucket,
  repository: Repository,
  branch: Ref,
  actor: Account,
): Promise<void> {
  const directory = bitbucket.store.gitDirectory(repository);
  if (branch.name === (await readHead(bitbucket.git, directory))) {
    throw new Refusal('main branch', 'name', `The main branch ${branch.name} cannot be deleted.`);
  }
  const change = { ref: `${BRANCH_PREFIX}${branch.name}`, old: branch.commit, new: null };
  if (!(await moveBranch(bitbucket.git, directory, change))) {
    throw new Refusal('branch moved', 'name', `Branch ${branch.name} changed while it was being deleted.`);
  }
  announceRefChanges(bitbucket, repository, [change], actor);
}
