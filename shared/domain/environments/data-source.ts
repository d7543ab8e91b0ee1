import { deploys } from '../activities/activity.ts';
import { builtBranch, type Environment } from './environment.ts';

type Relative = Pick<Environment, 'id' | 'parent' | 'status' | 'deployment' | 'pull_request'>;
type Newcomer = Relative & Pick<Environment, 'activities' | 'created_at'>;

/**
 * The environment whose data is copied: the parent if it has data, else the environment of a pull request with the same
 * branch as its source, else the same for the parent's parent, and so on. Null when no ancestor has data. Most
 * environments of branches are inactive and have none.
 */
export function dataSource<T extends Relative>(environment: Relative, others: readonly T[]): T | null {
  return dataSources(others)(environment);
}

/** The data source of each of many environments; `all` is indexed once. */
export function dataSources<T extends Relative>(all: readonly T[]): (environment: Relative) => T | null {
  return nearest(all, hasData);
}

/**
 * The environment whose first deployment is under way and produces the data to copy; null when an ancestor has data, or
 * none is being deployed. Only the older of two environments is waited for, so that two never wait for each other.
 */
export function futureDataSource<T extends Newcomer>(environment: Newcomer, others: readonly T[]): T | null {
  if (dataSource(environment, others)) return null;
  return nearest(others, (other: T) => isFirstDeploying(other) && isOlder(other, environment))(environment);
}

function isFirstDeploying({ status, deployment, activities }: Newcomer): boolean {
  return status === 'active' && deployment === null && activities.some(deploys);
}

/** An environment without a parent copies no data, so it counts as older than all others. */
function isOlder(one: Newcomer, other: Newcomer): boolean {
  if (one.parent === null) return other.parent !== null;
  if (other.parent === null) return false;
  return one.created_at === other.created_at ? one.id < other.id : one.created_at < other.created_at;
}

/** Finds the nearest ancestor of an environment for which `isSource` is true. */
function nearest<T extends Relative>(
  all: readonly T[],
  isSource: (one: T) => boolean,
): (environment: Relative) => T | null {
  const byId = new Map(all.map((one) => [one.id, one]));
  const builtFrom = new Map<string, T[]>();
  for (const one of all) {
    const branch = isSource(one) ? builtBranch(one) : null;
    if (branch !== null) builtFrom.set(branch, [...(builtFrom.get(branch) ?? []), one]);
  }
  return (environment) => {
    const visited = new Set([environment.id]);
    for (let branch = environment.parent; branch !== null; ) {
      if (visited.has(branch)) return null;
      visited.add(branch);
      const parent = byId.get(branch);
      if (parent && isSource(parent)) return parent;
      const built = builtFrom.get(branch)?.find(({ id }) => id !== environment.id);
      if (built) return built;
      branch = parent?.parent ?? null;
    }
    return null;
  };
}

/** True after a deployment; before it, there is no data to copy. */
export function hasData({ status, deployment }: Pick<Environment, 'status' | 'deployment'>): boolean {
  return status === 'active' && deployment !== null;
}
