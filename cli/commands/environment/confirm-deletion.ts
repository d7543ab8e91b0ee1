import { path } from '../../api/client.ts';
import { type Environment, Integration } from '../../api/resources.ts';
import { environmentLabel } from '../../output/labels.ts';
import type { ActionContext } from './actions.ts';

/** The decision about a selected environment. `refused` makes the command fail, `kept` does not. */
export type DeletionDecision = 'refused' | 'kept' | 'deactivated' | 'deleted';

interface Given {
  deleteBranch?: boolean | undefined;
  wait: boolean;
}

interface Group {
  /** The common status; `managed` for inactive environments that an integration keeps. */
  kind: string;
  environments: readonly Environment[];
  /** True when the group is the whole selection. */
  isAll: boolean;
}

/** Decides about the selected environments, grouped by status; asks one question per group. */
export async function decideDeletions(
  context: ActionContext,
  selected: readonly Environment[],
  given: Given,
): Promise<Map<Environment, DeletionDecision>> {
  const integrations = await context.api.list(
    path`/projects/${context.project.id}/integrations`,
    Integration,
  );
  const [integration] = integrations;
  // The API links `#delete` when a deletion is possible. With --no-delete-branch there is no deletion.
  const isManaged = ({ status, has_remote, _links }: Environment) =>
    status === 'inactive' && has_remote && !_links['#delete'] && given.deleteBranch !== false;
  const kindOf = (one: Environment) => (integration && isManaged(one) ? 'managed' : one.status);

  const decisions = new Map<Environment, DeletionDecision>();
  const kinds = ['deleting', 'dirty', 'active', 'managed', 'inactive'];
  for (const kind of new Set([...kinds, ...selected.map(kindOf)])) {
    const environments = selected.filter((one) => kindOf(one) === kind);
    if (environments.length === 0) continue;
    const group = { kind, environments, isAll: environments.length === selected.length };
    const decision = await decideGroup(context, group, integrations, given);
    context.terminal.info('');
    for (const environment of environments) decisions.set(environment, decision);
  }
  return decisions;
}

async function decideGroup(
  context: ActionContext,
  group: Group,
  integrations: readonly Integration[],
  given: Given,
): Promise<DeletionDecision> {
  const { info } = context.terminal;
  switch (group.kind) {
    case 'deleting':
      info(sentenceFor(group, (one) => `${one} is already being deleted.`, 'are already being deleted'));
      return 'kept';
    case 'dirty': {
      const why = "has in-progress activity, and therefore can't be deleted yet";
      info(sentenceFor(group, (one) => `${one} ${why}.`, why.replace('has', 'have')));
      return 'refused';
    }
    case 'active':
      return decideActive(context, group, integrations, given);
    case 'managed':
      info(
        `The project's branches are managed externally through its ${integrations[0]?.type} integration, so inactive environments cannot be deleted directly.`,
      );
      if (!group.isAll) info(`These are: ${idsOf(group.environments)}`);
      info('To delete an environment, delete its branch in the repository or decline its pull request.');
      return 'refused';
    case 'inactive':
      return decideInactive(context, group, given);
    default:
      info(`The environment(s) have the unrecognised status ${group.kind}: ${idsOf(group.environments)}`);
      return 'refused';
  }
}

async function decideActive(
  { terminal }: ActionContext,
  group: Group,
  integrations: readonly Integration[],
  { deleteBranch, wait }: Given,
): Promise<DeletionDecision> {
  const isSingle = group.environments.length === 1;
  terminal.info(sentenceFor(group, (one) => `${one} is currently active.`, 'are currently active'));
  terminal.info(`Deleting ${isSingle ? 'it' : 'them'} will delete all associated data.`);
  const them = isSingle ? 'this environment' : 'them';
  if (!(await terminal.confirm(`Are you sure you want to delete ${them}?`))) return 'refused';
  if (deleteBranch !== undefined) return deleteBranch ? 'deleted' : 'deactivated';
  const isPruned = integrations.some(({ prune_branches }) => prune_branches);
  if (!wait || !terminal.interactive || isPruned) return 'deactivated';
  const noun = isSingle ? 'inactive environment (Git branch)' : 'inactive environments (Git branches)';
  return (await terminal.confirm(`Delete the ${noun} too?`)) ? 'deleted' : 'deactivated';
}

async function decideInactive(
  { terminal }: ActionContext,
  group: Group,
  { deleteBranch }: Given,
): Promise<DeletionDecision> {
  const { environments } = group;
  if (deleteBranch === false) {
    const kept = '--no-delete-branch was specified, so';
    terminal.info(
      sentenceFor(
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
    terminal.info(`The following environment(s) are inactive: ${idsOf(environments)}`);
  }
  return deleteBranch || (await terminal.confirm(question)) ? 'deleted' : 'refused';
}

/** A sentence about a group: one environment by name, several by ids, the whole selection without ids. */
function sentenceFor(
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

/** The ids of environments, separated by commas. */
export function idsOf(environments: readonly Environment[]): string {
  return environments.map(({ id }) => id).join(', ');
}
