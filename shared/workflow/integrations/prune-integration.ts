import { outdatedRules } from '../../domain/access/outdated-rules.ts';
import { lostActivity } from '../../domain/activities/delay.ts';
import type { Effect } from '../../domain/activities/effect.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import type { Integration } from '../../domain/integrations/integration.ts';
import type { Project } from '../../domain/projects/project.ts';
import type { Environments } from '../../ports/environments.ts';
import { restartOf, stopOf } from '../commit/commit-decision.ts';
import { restartOf as restartOnIntegration } from '../commit/integration-activities.ts';
import { finishMove } from '../projects/steps/change-default-branch.ts';
import { type ResendPorts, resendStatuses } from '../statuses/steps/resend-statuses.ts';
import { type PrunePorts, prune } from './steps/prune.ts';

interface Ports extends PrunePorts, ResendPorts {
  environments: Pick<Environments, 'get' | 'save' | 'listOf' | 'relinked'>;
  /** The machine name of the environment with this id. */
  machineName(environment: string): string;
}

/**
 * The scheduled prune of one integration: compares its environments with the repository and queues events for the
 * differences. Also restarts lost activities, finishes an interrupted change of the default branch, resends undelivered
 * statuses, and publishes access rules whose publication was lost.
 * @param peers the integrations on the account, which share its calls; 0 when unknown
 * @returns the number of deletions held back
 */
export async function pruneIntegration(
  ports: Ports,
  projectId: string,
  id: string,
  peers = 0,
): Promise<number> {
  const { projects, integrations, environments, effects, clock, log, machineName } = ports;
  const [project, integration] = await Promise.all([
    projects.get(projectId),
    integrations.get(projectId, id),
  ]);
  // The message may be older than the removal of its integration.
  if (!project || project.deletion || !integration) return 0;
  const known = await environments.relinked(integration.project);
  // First, because restarting lost activities must not depend on Bitbucket's availability.
  const lost = [integration, ...known].flatMap((owner) => restartIfLost(owner, clock.now()));
  const rules = outdatedRules(known, machineName).length > 0 ? [publication(project)] : [];
  await effects.send([...lost, ...known.flatMap(stopOf), ...rules]);
  const pruned = await prune(ports, project, integration, { known, origin: 'scheduled prune', peers });
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
    pull_requests_listed: pruned.isListed,
  });
  return pruned.held_back?.count ?? 0;
}

function publication({ id: project }: Pick<Project, 'id'>): Effect {
  return { type: 'access.publish', project };
}

type Owner = Integration | Environment;

function restartIfLost(owner: Owner, now: string): Effect[] {
  const activity = lostActivity(owner.activities, now);
  if (!activity) return [];
  return 'integration' in owner ? [restartOf(owner, activity)] : [restartOnIntegration(owner, activity)];
}
