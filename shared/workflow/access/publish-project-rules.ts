import { outdatedRules } from '../../domain/access/outdated-rules.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import { nameOwner } from '../../domain/environments/name-collision.ts';
import type { Environments } from '../../ports/environments.ts';
import { mostRules, type PublishRulesPorts, publish } from './steps/publish-rules.ts';

/**
 * Publishes the rules of a project that have changed, because a setting did, or the parent of an environment.
 * @param changed the id of an environment that may have been deleted: its rule is removed then
 */
export async function publishProjectRules(
  ports: PublishRulesPorts & { environments: Pick<Environments, 'listOf'> },
  project: string,
  changed?: string,
): Promise<void> {
  const { environments, machineName } = ports;
  const all = await environments.listOf(project);
  const ids = outdatedRules(all, machineName).map(({ id }) => id);
  if (changed !== undefined) ids.push(siteOwner(all, changed, machineName));
  const unique = [...new Set(ids)];
  for (let at = 0; at < unique.length; at += mostRules)
    await publish(ports, project, unique.slice(at, at + mostRules));
}

/** The id of the environment that has the site of `id`: another one can have the same machine name. */
function siteOwner(all: readonly Environment[], id: string, machineName: (id: string) => string): string {
  const name = machineName(id);
  const sharing = all.filter((one) => machineName(one.id) === name);
  return sharing.find((one) => !nameOwner(one, sharing, machineName))?.id ?? id;
}
