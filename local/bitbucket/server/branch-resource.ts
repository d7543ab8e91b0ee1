import type { Ref } from '../git/refs.ts';
import { BRANCH_PREFIX } from '../git/refs.ts';

/** A branch as a ref, with the newest commit under both its names. */
export function refResource({ name, commit }: Ref) {
  return {
    id: `${BRANCH_PREFIX}${name}`,
    displayId: name,
    type: 'BRANCH',
    latestCommit: commit,
    latestChangeset: commit,
  };
}

export function branchResource(branch: Ref, mainBranch: string | undefined) {
  return { ...refResource(branch), isDefault: branch.name === mainBranch };
}

/** The branch that a ref's id names: `refs/heads/x`, or `x` as Server takes it too. */
export function branchNameOf(id: string): string {
  return id.startsWith(BRANCH_PREFIX) ? id.slice(BRANCH_PREFIX.length) : id;
}
