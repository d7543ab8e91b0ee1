import { hasData } from '../../../domain/environments/data-source.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import type { Environments } from '../../../ports/environments.ts';

/** The largest number of levels above an environment that are read. */
export const mostAncestors = 100;

/** Reads the environment with this id, its parent, and so on. Users can edit parents, so the reading ends at a repetition. */
export async function readAncestors(
  { get }: Pick<Environments, 'get'>,
  project: string,
  id: string | null,
): Promise<Environment[]> {
  const found = new Map<string, Environment>();
  for (let next = id; next !== null && !found.has(next) && found.size < mostAncestors; ) {
    const environment: Environment | null = await get(project, next);
    if (environment) found.set(next, environment);
    next = environment?.parent ?? null;
  }
  return [...found.values()];
}

/**
 * Reads the environments that decide where an environment's data comes from: `dataSource` and `futureDataSource` find the
 * same among them as among all. The reading ends at the first level with data.
 */
export async function readDataLineage(
  { get, related }: Pick<Environments, 'get' | 'related'>,
  environment: Environment,
): Promise<Environment[]> {
  const { project, id } = environment;
  const found = new Map<string, Environment>();
  const visited = new Set([id]);
  for (let branch = environment.parent; branch !== null && !visited.has(branch); ) {
    if (visited.size > mostAncestors) break;
    visited.add(branch);
    const parent: Environment | null = await get(project, branch);
    if (parent) found.set(branch, parent);
    if (parent && hasData(parent)) break;
    const built = await related(project, { type: 'built_from', value: branch }, id);
    for (const one of built) found.set(one.id, one);
    if (built.some(hasData)) break;
    branch = parent?.parent ?? null;
  }
  return [...found.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}
