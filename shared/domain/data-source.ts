import type { Environment } from './environment.ts';

type Relative = Pick<Environment, 'id' | 'parent' | 'status' | 'deployment' | 'pull_request'>;

/**
 * The environment whose data a copy begins with: the parent, if it has any. A branch's environment is mostly asleep
 * and has none: then it is the pull request's that is built from the same branch, else the parent's parent, and so on.
 * Null when no ancestor has data.
 */
export function dataSource<T extends Relative>(environment: Relative, others: readonly T[]): T | null {
  const byId = new Map(others.map((other) => [other.id, other]));
  const visited = new Set([environment.id]);
  for (let branch = environment.parent; branch !== null; ) {
    if (visited.has(branch)) return null;
    visited.add(branch);
    const parent = byId.get(branch);
    if (parent && hasData(parent)) return parent;
    const built = others.find(
      (other) =>
        other.pull_request?.source_branch === branch &&
        other.pull_request.fork === null &&
        other.id !== environment.id &&
        hasData(other),
    );
    if (built) return built;
    branch = parent?.parent ?? null;
  }
  return null;
}

/** Only what was deployed has something that is worth a copy. */
function hasData({ status, deployment }: Relative): boolean {
  return status === 'active' && deployment !== null;
}
