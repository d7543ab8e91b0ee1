import type { Environment } from '../../../domain/environments/environment.ts';
import { nameOwner } from '../../../domain/environments/name-collision.ts';
import type { Environments } from '../../../ports/environments.ts';

/** The ports of `nameCollisionOf`. */
export interface NameCollisionPorts {
  environments: Pick<Environments, 'related'>;
  /** The machine name of the environment with this id. */
  machineName(environment: string): string;
}

/**
 * The environment that already has this environment's machine name, and with it the site and the data; null when the name
 * is free. The hash in a machine name has 32 bits: an attacker can craft a branch name that collides with production's.
 */
export async function nameCollisionOf(
  { environments, machineName }: NameCollisionPorts,
  environment: Environment,
): Promise<Environment | null> {
  // A deployed environment owns its name, so the others need not be read.
  if (environment.deployment) return null;
  const { id, project } = environment;
  const named = { type: 'named', value: machineName(id) } as const;
  return nameOwner(environment, await environments.related(project, named, id), machineName);
}
