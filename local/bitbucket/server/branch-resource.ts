import { BRANCH_PREFIX, branchRef, type Ref } from '../git/refs.ts';

/** A branch as a ref; `latestCommit` and its older name `latestChangeset` have the same value. */
export function refResource({ name, commit }: Ref) {
  return {
    id: branchRef(name),
    displayId: name,
    type: 'BRANCH',
    latestCommit: commit,
    latestChangeset: commit,
  };
}

/** A branch in API responses. */
export function branchResource(branch: Ref, mainBranch: string | undefined) {
  return { ...refResource(branch), isDefault: branch.name === mainBranch };
}

/** The name of a branch from its id `refs/heads/x`; Server also accepts the name `x`. */
export function branchNameOf(id: string): string {
  return id.startsWith(BRANCH_PREFIX) ? id.slice(BRANCH_PREFIX.length) : id;
}
