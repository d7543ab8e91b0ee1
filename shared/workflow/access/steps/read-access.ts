import { accessOf, type PlacedAccess } from '../../../domain/access/access-of.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { Projects } from '../../../ports/projects.ts';

/** The ports of `readAccess`. */
export interface ReadAccessPorts {
  projects: Pick<Projects, 'get'>;
  environments: Pick<Environments, 'get'>;
}

/** Reads the access control that applies to an environment; null when there is none. */
export async function readAccess(
  ports: ReadAccessPorts,
  environment: Environment,
): Promise<PlacedAccess | null> {
  return accessReader(ports, environment.project)(environment);
}

/**
 * Reads the access control of several environments of a project. Each ancestor is read once. The default branch's
 * environment stands in for a parent that does not exist, such as the target of a pull request that was not fetched.
 * @param known environments that need not be read
 */
export function accessReader(
  { projects, environments }: ReadAccessPorts,
  project: string,
  known: readonly Environment[] = [],
): (environment: Environment) => Promise<PlacedAccess | null> {
  const read = new Map<string, Promise<Environment | null>>(
    known.map((one) => [one.id, Promise.resolve(one)]),
  );
  const get = (id: string) => {
    const found = read.get(id) ?? environments.get(project, id);
    read.set(id, found);
    return found;
  };
  const root = async () => {
    const branch = (await projects.get(project))?.default_branch ?? null;
    return branch === null ? null : get(branch);
  };
  return async (environment) => {
    const above = new Map<string, Environment>();
    let at: Environment | null = environment;
    while (at && !at.http_access && at.parent !== null && !above.has(at.parent)) {
      const parent: Environment | null = (await get(at.parent)) ?? (await root());
      if (parent) above.set(at.parent, parent);
      at = parent;
    }
    return accessOf(environment, (id) => above.get(id) ?? null);
  };
}
