import type { Environment } from './environment.ts';

type Relative = Pick<Environment, 'id' | 'parent' | 'status' | 'deployment' | 'pull_request'>;

/**
 * The environment whose data a copy begins with: the parent, if it has any. A branch's environment is mostly asleep
 * and has none: then it is the pull request's that is built from the same branch, else the parent's parent, and so on.
 * Null when no ancestor has data.
 */
export function dataSource<T extends Relative>(environment: Relative, others: readonly T[]): T | null {
  return dataSources(others)(environment);
}

/** The same for each of many: those among whom it is looked for are gone through once. */
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

/** The branch that a pull request's environment with data is built from; a fork's branches are not ours. */
function branchBuiltBy(environment: Relative): string | null {
  const { pull_request } = environment;
  return pull_request?.fork === null && hasData(environment) ? pull_request.source_branch : null;
}

/** Only what was deployed has something that is worth a copy. */
function hasData({ status, deployment }: Relative): boolean {
  return status === 'active' && deployment !== null;
}
