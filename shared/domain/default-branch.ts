/** Why no branch of a repository gets an environment, and what to do. */
export function withoutDefaultBranch(named: string | null): string {
  const found =
    named === null ? 'has no default branch' : `has no branch ${named}, which is its default branch`;
  return `The repository ${found}, so that no environment can be made. Choose another one in Bitbucket, or name it to Bough: bough project:info default_branch NAME`;
}

/**
 * What is wrong with the default branches of a project and its repository, and what to do; null when nothing is.
 * @param actual the repository's, as Bitbucket names it; it need not exist
 * @param branches the repository's branches; null when they could not be read
 */
export function defaultBranchProblem(
  project: string | null,
  actual: string | null,
  branches: ReadonlyMap<string, string> | null,
): string | null {
  // An empty repository has none yet, and a project learns its own from the first push.
  if (branches?.size === 0) return null;
  const isAbsent = (branch: string) => branches !== null && !branches.has(branch);
  if (project === null) {
    const isToBeLearned = branches === null || (actual !== null && branches.has(actual));
    return isToBeLearned ? null : withoutDefaultBranch(actual);
  }
  if (isAbsent(project)) {
    return `The repository has no branch ${project}, which is the project's default branch. Name another one: bough project:info default_branch NAME`;
  }
  if (!actual || actual === project) return null;
  if (isAbsent(actual)) {
    return `The repository has no branch ${actual}, which is its default branch. Choose another one in Bitbucket.`;
  }
  return `The repository's default branch is ${actual}, the project's is ${project}. Make them the same: bough project:info default_branch ${actual}`;
}
