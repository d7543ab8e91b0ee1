import type { PlacedAccess } from '../../domain/access/access-of.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import { accessReader, type ReadAccessPorts } from './steps/read-access.ts';

/** The access control that applies to each of some environments of a project. Each ancestor is read once. */
export async function findAccess(
  ports: ReadAccessPorts,
  project: string,
  environments: readonly Environment[],
): Promise<(environment: Environment) => PlacedAccess | null> {
  const accessTo = accessReader(ports, project, environments);
  const found = await Promise.all(
    environments.map(async (environment) => [environment.id, await accessTo(environment)] as const),
  );
  const byId = new Map(found);
  return ({ id }) => byId.get(id) ?? null;
}
