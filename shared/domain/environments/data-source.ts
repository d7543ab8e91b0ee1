import type { Environment } from './environment.ts';

type Relative = Pick<Environment, 'id' | 'parent' | 'status' | 'deployment' | 'pull_request'>;

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
  const byId = new Map(all.map((one) => [one.id, one]));
  const builtFrom = new Map<string, T[]>();
  for (const one of all) {
    const branch = branchBuiltBy(one);
    if (branch !== null) builtFrom.set(branch, [...(builtFrom.get(branch) ?? []), one]);
  }
  return (environment) => {
    const visited = new Set([environment.id]);
    for (let branch = environment.parent; branch !== null; ) {
      if (visited.has(branch)) return null;
      visited.add(branch);
      const parent = byId.get(branch);
      if (parent && hasData(parent)) return parent;
      const built = builtFrom.get(branch)?.find(({ id }) => id !== environment.id);
      if (built) return built;
      branch = parent?.parent ?? null;
    }
    return null;
  };
}

/** The source branch of a pull request's environment with data; null for one from a fork. */
function branchBuiltBy(environment: Relative): string | null {
  const { pull_request } = environment;
  return pull_request?.fork === null && hasData(environment) ? pull_request.source_branch : null;
}

/** True after a deployment; before it, there is no data to copy. */
function hasData({ status, deployment }: Relative): boolean {
  return status === 'active' && deployment !== null;
}
