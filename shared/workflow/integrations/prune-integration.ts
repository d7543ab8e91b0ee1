import { lostActivity } from '../../domain/activities/delay.ts';
import type { Effect } from '../../domain/activities/effect.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import type { Integration } from '../../domain/integrations/integration.ts';
import type { Environments } from '../../ports/environments.ts';
import { restartOf, stopOf } from '../commit/commit-decision.ts';
import { restartOf as restartOnIntegration } from '../commit/integration-activities.ts';
import { finishMove } from '../projects/steps/change-default-branch.ts';
import { type ResendPorts, resendStatuses } from '../statuses/steps/resend-statuses.ts';
import { type PrunePorts, prune } from './steps/prune.ts';

interface Ports extends PrunePorts, ResendPorts {
  environments: Pick<Environments, 'get' | 'save' | 'listOf'>;
}

/**
 * The scheduled prune: compares one integration's environments with its repository and queues what Bitbucket should
 * have told.
 * @returns how many deletions are held back
 */
export async function pruneIntegration(ports: Ports, projectId: string, id: string): Promise<number> {
  const { projects, integrations, environments, effects, clock, log } = ports;
  const [project, integration] = await Promise.all([
    projects.get(projectId),
    integrations.get(projectId, id),
  ]);
  // A message may arrive after its integration was removed.
  if (!project || project.deletion || !integration) return 0;
  const known = await environments.listOf(integration.project);
  // Comes first: what was lost must not have to wait for a Bitbucket that does not answer.
  const lost = [integration, ...known].flatMap((owner) => restartIfLost(owner, clock.now()));
  await effects.send([...lost, ...known.flatMap(stopOf)]);
  const pruned = await prune(ports, project, integration, { known, origin: 'scheduled prune' });
  await finishMove(ports, project, integration, known);
  const statuses = await resendStatuses(ports, integration, known);
  log.info('pruned', {
    project: project.id,
    integration: integration.id,
    branches: pruned.branches,
    events: pruned.changes.length + (pruned.isFetched ? 1 : 0),
    held_back: pruned.held_back?.count ?? 0,
    restarted: lost.length,
    statuses,
    webhook: pruned.webhook,
  });
  return pruned.held_back?.count ?? 0;
}

type Owner = Integration | Environment;

function restartIfLost(owner: Owner, now: string): Effect[] {
  const activity = lostActivity(owner.activities, now);
  if (!activity) return [];
  return 'integration' in owner ? [restartOf(owner, activity)] : [restartOnIntegration(owner, activity)];
}
