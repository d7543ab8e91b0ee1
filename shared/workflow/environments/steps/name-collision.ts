import { type Environment, isDefault } from '../../../domain/environments/environment.ts';
import type { Environments } from '../../../ports/environments.ts';

export interface NamesakePorts {
  environments: Pick<Environments, 'listOf'>;
  /** The machine name of the environment with this id. */
  machineName(environment: string): string;
}

/**
 * The environment that has this one's machine name already, and with it the site and the data; null when they are its
 * own. A machine name has 32 bits that keep names apart, so that whoever wants to finds a branch with that of production.
 */
export async function namesakeOf(
  { environments, machineName }: NamesakePorts,
  environment: Environment,
): Promise<Environment | null> {
  // Only what is deployed was ever let in.
  if (environment.deployment) return null;
  const name = machineName(environment.id);
  const all = await environments.listOf(environment.project);
  const namesakes = all.filter(({ id }) => id !== environment.id && machineName(id) === name);
  return namesakes.find((other) => comesBefore(other, environment)) ?? null;
}

/** Production, else who is deployed, else who was there first. */
function comesBefore(one: Environment, other: Environment): boolean {
  if (isDefault(one) !== isDefault(other)) return isDefault(one);
  if (one.deployment) return true;
  return one.created_at === other.created_at ? one.id < other.id : one.created_at < other.created_at;
}
