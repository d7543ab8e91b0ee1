import type { Integration } from '../../../domain/integrations/integration.ts';
import { explainHold } from '../../../domain/rules/prune-limit.ts';
import type { Kept, PlannedChange } from '../../../domain/rules/reconcile.ts';
import type { Environments } from '../../../ports/environments.ts';
import { type PrunePorts, prune } from './prune.ts';

interface Ports extends PrunePorts {
  environments: Pick<Environments, 'listOf'>;
}

/** The activity's log lists at most this many changes, and the number of the others. */
export const mostListed = 500;

const verbs = { create: 'Create', update: 'Update', delete: 'Delete' };

/**
 * Runs a prune that a user requested, and logs each change with its reason.
 * @param confirms the digest of the held-back deletions that the user confirmed
 * @throws BoughError `held_back_changed` when other deletions are held back
 */
export async function pruneNow(
  ports: Ports,
  integration: Integration,
  confirms: string | null,
  say: (...lines: string[]) => void,
): Promise<string> {
  const { project: id, repository } = integration;
  const project = await ports.projects.get(id);
  if (!project) return 'its project has been removed';
  say(`Comparing the environments with Bitbucket repository ${repository}`);
  const known = await ports.environments.listOf(id);
  const origin = 'a prune requested by a user';
  const { changes, kept, held_back, left_out, isFetched } = await prune(ports, project, integration, {
    known,
    origin,
    confirmed: confirms,
  });
  const lines = [...changes.map(changeLine), ...kept.map(keptLine)];
  const more = lines.length - mostListed;
  const found = changes.length === 0 ? 'No changes found' : `${changes.length} changes found`;
  const because = held_back ? `${found}; ${held_back.count} deletions are held back` : found;
  say(
    ...lines.slice(0, mostListed),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(left_out ? [`W: ${left_out}`] : []),
    ...(held_back ? [`W: Nothing is deleted: ${explainHold(held_back)}`] : []),
    ...(isFetched ? ['  Everything is fetched'] : []),
    `  ${because}`,
  );
  return because;
}

function changeLine({ environment, change, because }: PlannedChange): string {
  return `  ${verbs[change]} ${environment}: ${because}`;
}

function keptLine({ environment, because }: Kept): string {
  return `  Keep ${environment}: ${because}`;
}
