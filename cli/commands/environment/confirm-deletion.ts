import { path } from '../../api/client.ts';
import { type Environment, Integration } from '../../api/resources.ts';
import { environmentLabel } from '../../output/labels.ts';
import type { Scene } from './actions.ts';

/** What is to become of an environment: nothing, for a reason that is a failure or is none; or what was asked for. */
export type Fate = 'refused' | 'kept' | 'deactivated' | 'deleted';

interface Given {
  deleteBranch?: boolean | undefined;
  wait: boolean;
}

interface Group {
  /** Their status; those inactive ones that an integration keeps are `managed`. */
  kind: string;
  environments: readonly Environment[];
  /** Nothing else is selected. */
  isAll: boolean;
}

/** Asks what is to become of the selected environments, of those of one status together. */
export async function decideFates(
  scene: Scene,
  selected: readonly Environment[],
  given: Given,
): Promise<Map<Environment, Fate>> {
  const integrations = await scene.api.list(path`/projects/${scene.project.id}/integrations`, Integration);
  const [integration] = integrations;
  // What the API would delete now has a link for that. With --no-delete-branch it is not asked to.
  const isManaged = ({ status, has_remote, _links }: Environment) =>
    status === 'inactive' && has_remote && !_links['#delete'] && given.deleteBranch !== false;
  const kindOf = (one: Environment) => (integration && isManaged(one) ? 'managed' : one.status);

  const fates = new Map<Environment, Fate>();
  const kinds = ['deleting', 'dirty', 'active', 'managed', 'inactive'];
  for (const kind of new Set([...kinds, ...selected.map(kindOf)])) {
    const environments = selected.filter((one) => kindOf(one) === kind);
    if (environments.length === 0) continue;
    const group = { kind, environments, isAll: environments.length === selected.length };
    const fate = await fateOf(scene, group, integrations, given);
    scene.terminal.tell('');
    for (const environment of environments) fates.set(environment, fate);
  }
  return fates;
}

async function fateOf(
  scene: Scene,
  group: Group,
  integrations: readonly Integration[],
  given: Given,
): Promise<Fate> {
  const { tell } = scene.terminal;
  switch (group.kind) {
    case 'deleting':
      tell(phrase(group, (one) => `${one} is already being deleted.`, 'are already being deleted'));
      return 'kept';
    case 'dirty': {
      const why = "has in-progress activity, and therefore can't be deleted yet";
      tell(phrase(group, (one) => `${one} ${why}.`, why.replace('has', 'have')));
      return 'refused';
    }
    case 'active':
      return fateOfActive(scene, group, integrations, given);
    case 'managed':
      tell(
        `The project's branches are managed externally through its ${integrations[0]?.type} integration, so inactive environments cannot be deleted directly.`,
      );
      if (!group.isAll) tell(`These are: ${idsOf(group.environments)}`);
      tell(
        'Delete the branch in the repository, or decline the pull request: the environment then goes too.',
      );
      return 'refused';
    case 'inactive':
      return fateOfInactive(scene, group, given);
    default:
      tell(`The environment(s) have the unrecognised status ${group.kind}: ${idsOf(group.environments)}`);
      return 'refused';
  }
}

async function fateOfActive(
  { terminal }: Scene,
  group: Group,
  integrations: readonly Integration[],
  { deleteBranch, wait }: Given,
): Promise<Fate> {
  const isSingle = group.environments.length === 1;
  terminal.tell(phrase(group, (one) => `${one} is currently active.`, 'are currently active'));
  terminal.tell(`Deleting ${isSingle ? 'it' : 'them'} will delete all associated data.`);
  const them = isSingle ? 'this environment' : 'them';
  if (!(await terminal.confirm(`Are you sure you want to delete ${them}?`))) return 'refused';
  if (deleteBranch !== undefined) return deleteBranch ? 'deleted' : 'deactivated';
  const isPruned = integrations.some(({ prune_branches }) => prune_branches);
  if (!wait || !terminal.interactive || isPruned) return 'deactivated';
  const noun = isSingle ? 'inactive environment (Git branch)' : 'inactive environments (Git branches)';
  return (await terminal.confirm(`Delete the ${noun} too?`)) ? 'deleted' : 'deactivated';
}

async function fateOfInactive({ terminal }: Scene, group: Group, { deleteBranch }: Given): Promise<Fate> {
  const { environments } = group;
  if (deleteBranch === false) {
    const kept = '--no-delete-branch was specified, so';
    terminal.tell(
      phrase(
        group,
        (one) => `${one} is inactive and ${kept} it will not be deleted.`,
        `are inactive and ${kept} they will not be deleted`,
      ),
    );
    return 'kept';
  }
  const [first] = environments;
  const question =
    environments.length === 1 && first
      ? `Are you sure you want to delete the inactive environment ${environmentLabel(first)}?`
      : `Are you sure you want to delete ${environments.length} inactive environment(s)?`;
  if (!group.isAll && environments.length > 1) {
    terminal.tell(`The following environment(s) are inactive: ${idsOf(environments)}`);
  }
  return deleteBranch || (await terminal.confirm(question)) ? 'deleted' : 'refused';
}

/** Says something of one environment by its name, of some by their ids, and of all that are selected just so. */
function phrase(
  { environments, isAll }: Group,
  ofOne: (environment: string) => string,
  ofSeveral: string,
): string {
  const [first, ...others] = environments;
  if (first && others.length === 0) return ofOne(`The environment ${environmentLabel(first)}`);
  return isAll
    ? `The environments ${ofSeveral}.`
    : `The following environments ${ofSeveral}: ${idsOf(environments)}`;
}

export function idsOf(environments: readonly Environment[]): string {
  return environments.map(({ id }) => id).join(', ');
}
