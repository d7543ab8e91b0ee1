import type { Environment } from '../environments/environment.ts';

/** The reason for which no branch of a repository gets an environment, with the remedy. */
export function withoutDefaultBranch(named: string | null): string {
  const found =
    named === null ? 'has no default branch' : `has no branch ${named}, which is its default branch`;
  return `The repository ${found}, so that no environment can be made. Choose another one in Bitbucket, or name it to Bough: bough project:info default_branch NAME`;
}

/**
 * The problem with the default branches of a project and its repository, and its remedy; null when there is none.
 * @param actual the repository's default branch according to Bitbucket; the branch may not exist
 * @param branches the repository's branches; null when they could not be read
 */
export function defaultBranchProblem(
  project: string | null,
  actual: string | null,
  branches: ReadonlyMap<string, string> | null,
): string | null {
  // An empty repository has no default branch yet; the first push sets the project's.
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

/** The environment with the type and parent that this default branch implies; the same object when nothing changes. */
export function placed(environment: Environment, branch: string): Environment {
  if (environment.pull_request) return environment;
  if (environment.id === branch) {
    const isThere = environment.type === 'production' && environment.parent === null;
    return isThere ? environment : { ...environment, type: 'production', parent: null };
  }
  const type = environment.type === 'production' ? 'development' : environment.type;
  // An environment without a branch in the repository keeps the parent that a user chose.
  const parent = environment.has_remote ? branch : environment.parent;
  const isSame = type === environment.type && parent === environment.parent;
  return isSame ? environment : { ...environment, type, parent };
}

/** True for an environment that a change to this default branch does not modify. */
export function isPlaced(environment: Environment, branch: string): boolean {
  const isAsleep =
    environment.id === branch && environment.status === 'inactive' && !environment.pull_request;
  return !isAsleep && placed(environment, branch) === environment;
}

/**
 * The environments that a change to this default branch modifies, in order: the new production environment first, the
 * old one last. As long as the old one has the type production, the change is unfinished.
 */
export function movesTo(environments: readonly Environment[], branch: string): Environment[] {
  const rank = ({ id, type }: Environment) => (id === branch ? 0 : type === 'production' ? 2 : 1);
  return environments.filter((one) => !isPlaced(one, branch)).toSorted((a, b) => rank(a) - rank(b));
}

/** True when a change of the default branch has started and not finished. */
export function isMoveUnfinished(environments: readonly Environment[], branch: string): boolean {
  return environments.some(({ id, type }) => type === 'production' && id !== branch);
}
