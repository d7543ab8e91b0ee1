import type { Environment } from '../environments/environment.ts';

/** Why no branch of a repository gets an environment, and what to do. */
export function withoutDefaultBranch(named: string | null): string {
  const found =
    named === null ? 'has no default branch' : `has no branch ${named}, which is its default branch`;
  return `The repository ${found}, so that no environment can be made. Choose another one in Bitbucket, or name it to Bough: bough project:info default_branch NAME`;
}

/**
 * The problem with the default branches of a project and its repository, and its remedy; null when there is none.
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

/** The environment where it belongs under this default branch; the same object when it is there already. */
export function placed(environment: Environment, branch: string): Environment {
  if (environment.pull_request) return environment;
  if (environment.id === branch) {
    const isThere = environment.type === 'production' && environment.parent === null;
    return isThere ? environment : { ...environment, type: 'production', parent: null };
  }
  const type = environment.type === 'production' ? 'development' : environment.type;
  // An environment without a branch in the repository stays where a user made it.
  const parent = environment.has_remote ? branch : environment.parent;
  const isSame = type === environment.type && parent === environment.parent;
  return isSame ? environment : { ...environment, type, parent };
}

/** True for an environment that a change to this default branch leaves as it is. */
export function isPlaced(environment: Environment, branch: string): boolean {
  const isAsleep =
    environment.id === branch && environment.status === 'inactive' && !environment.pull_request;
  return !isAsleep && placed(environment, branch) === environment;
}

/**
 * The environments that a change to this default branch moves, in order: the new production environment first, the old
 * one last. So the old one being of that type still is the mark of a change that has not come to its end.
 */
export function movesTo(environments: readonly Environment[], branch: string): Environment[] {
  const rank = ({ id, type }: Environment) => (id === branch ? 0 : type === 'production' ? 2 : 1);
  return environments.filter((one) => !isPlaced(one, branch)).toSorted((a, b) => rank(a) - rank(b));
}

/** True when a change of the default branch has begun, and not come to its end. */
export function isMoveUnfinished(environments: readonly Environment[], branch: string): boolean {
  return environments.some(({ id, type }) => type === 'production' && id !== branch);
}
