import { type Environment, isDefault } from './environment.ts';

/**
 * The environment among `others` that owns the machine name of `environment`; null when the name is free, or its own. An
 * environment that was deployed keeps its name.
 * @param machineName the machine name of the environment with an id
 */
export function nameOwner(
  environment: Environment,
  others: readonly Environment[],
  machineName: (id: string) => string,
): Environment | null {
  if (environment.deployment) return null;
  const name = machineName(environment.id);
  const sharing = others.filter(({ id }) => id !== environment.id && machineName(id) === name);
  return sharing.find((other) => hasPrecedence(other, environment)) ?? null;
}

/** Production has the name, else the deployed environment, else the older one. */
function hasPrecedence(one: Environment, other: Environment): boolean {
  if (isDefault(one) !== isDefault(other)) return isDefault(one);
  if (one.deployment) return true;
  return one.created_at === other.created_at ? one.id < other.id : one.created_at < other.created_at;
}
