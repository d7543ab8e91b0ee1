import { outdatedRules } from '../../domain/access/outdated-rules.ts';
import { type Environment, isDefault } from '../../domain/environments/environment.ts';
import { nameOwner } from '../../domain/environments/name-collision.ts';
import type { Environments } from '../../ports/environments.ts';
import { nameCollisionOf } from '../environments/steps/name-collision.ts';
import { readAncestors } from '../environments/steps/read-ancestors.ts';
import { mostRules, type PublishRulesPorts, publish } from './steps/publish-rules.ts';

interface Ports extends PublishRulesPorts {
  environments: Pick<Environments, 'get' | 'save' | 'listOf' | 'related'>;
}

/** The part of a project whose rules may have changed; the whole project without a part. */
export interface ChangedRules {
  /** The id of an environment that may have been deleted: its rule is removed then. */
  environment?: string;
  /** The id of an environment: its rule and those of the environments below it may have changed. */
  below?: string;
}

/** Publishes the rules of a project that have changed, because a setting did, or the parent of an environment. */
export async function publishProjectRules(
  ports: Ports,
  project: string,
  { environment, below }: ChangedRules = {},
): Promise<void> {
  const ids =
    environment === undefined
      ? await outdatedBelow(ports, project, below ?? null)
      : [await siteOwner(ports, project, environment)];
  for (let at = 0; at < ids.length; at += mostRules)
    await publish(ports, project, ids.slice(at, at + mostRules));
}

/** The ids of the environments at and below `top` whose rules are outdated; null for all of the project. */
async function outdatedBelow(ports: Ports, project: string, top: string | null): Promise<string[]> {
  const { environments, machineName } = ports;
  const some = top === null ? null : await readTree(ports, project, top);
  if (!some) return outdatedRules(await environments.listOf(project), machineName).map(({ id }) => id);
  const ids: string[] = [];
  for (const one of outdatedRules(some, machineName))
    if (!(await nameCollisionOf(ports, one))) ids.push(one.id);
  return ids;
}

/**
 * Reads an environment, those below it, and those above it with the default branch's. Null for the default branch's: all
 * environments inherit from it, also those whose parent does not exist.
 */
async function readTree(
  { projects, environments }: Ports,
  project: string,
  top: string,
): Promise<Environment[] | null> {
  const root = (await projects.get(project))?.default_branch ?? null;
  const above = [
    ...(await readAncestors(environments, project, top)),
    ...(await readAncestors(environments, project, root)),
  ];
  const [first] = above;
  if (first?.id === top && isDefault(first)) return null;
  const found = new Map(above.map((one) => [one.id, one]));
  const visited = new Set<string>();
  for (const ids = [top]; ids.length > 0; ) {
    const id = ids.pop();
    if (id === undefined || visited.has(id)) continue;
    visited.add(id);
    for (const child of await environments.related(project, { type: 'child_of', value: id })) {
      found.set(child.id, child);
      ids.push(child.id);
    }
  }
  return [...found.values()];
}

/** The id of the environment that has the site of `id`: another one can have the same machine name. */
async function siteOwner({ environments, machineName }: Ports, project: string, id: string): Promise<string> {
  const sharing = await environments.related(project, { type: 'named', value: machineName(id) });
  return sharing.find((one) => !nameOwner(one, sharing, machineName))?.id ?? id;
}
