import { type Environment, isDefault } from '../environments/environment.ts';
import { nameOwner } from '../environments/name-collision.ts';
import { accessOf } from './access-of.ts';
import { markOf, publishedRule } from './published-rule.ts';

/**
 * The environments whose published rule differs from the one that applies to them. An inactive environment has no site:
 * its rule is published before the next deployment. Neither has an environment whose machine name is another one's.
 * @param all all environments of the project
 */
export function outdatedRules(
  all: readonly Environment[],
  machineName: (id: string) => string,
): Environment[] {
  const byId = new Map(all.map((one) => [one.id, one]));
  const root = all.find(isDefault) ?? null;
  const outdated = all.filter((environment) => {
    if (environment.status !== 'active') return false;
    const found = accessOf(environment, (id) => byId.get(id) ?? root);
    return markOf(publishedRule(found?.access ?? null)) !== environment.published_access;
  });
  if (outdated.every(({ deployment }) => deployment)) return outdated;
  const byName = new Map<string, Environment[]>();
  for (const one of all) {
    const name = machineName(one.id);
    byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  return outdated.filter((one) => !nameOwner(one, byName.get(machineName(one.id)) ?? [], machineName));
}
