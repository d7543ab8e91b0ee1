import { lostOf } from '../domain/delay.ts';
import type { Integration } from '../domain/integration.ts';
import { explainLeftOut } from '../domain/left-out.ts';
import { reconcile } from '../domain/reconcile.ts';
import type { SourceEvent } from '../domain/source-event.ts';
import type {
  Clock,
  ConnectGitHost,
  Effect,
  EffectQueue,
  Environments,
  EventQueue,
  GitHost,
  Integrations,
  Log,
  Mirrors,
  Projects,
  Secrets,
} from '../ports.ts';
import { restartOf, stopOf } from './commit-decision.ts';
import { branchesIn, hasPullRequests } from './fetch-all.ts';
import { isAnother } from './follow-repository.ts';
import { restartOf as restartOnIntegration } from './integration-activities.ts';
import { keepMirror } from './keep-mirror.ts';
import { keepWebhook } from './keep-webhook.ts';
import { listedPrefixes } from './mirror-tags.ts';

interface Ports {
  projects: Pick<Projects, 'get'>;
  integrations: Pick<Integrations, 'get' | 'save'>;
  environments: Pick<Environments, 'listOf'>;
  mirrors: Pick<Mirrors, 'size'>;
  secrets: Secrets;
  connect: ConnectGitHost;
  events: EventQueue;
  effects: EffectQueue;
  clock: Clock;
  log: Log;
  hookUrl(integration: Integration): string;
}

/**
 * Compares one integration's environments with its repository and queues what Bitbucket should have told.
 * Any reading that fails is an error of the whole: nothing is concluded from half a picture.
 */
export function pruneIntegration(ports: Ports) {
  return async (projectId: string, id: string): Promise<void> => {
    const { projects, integrations, environments, connect, events, effects, clock, log } = ports;
    const [project, integration] = await Promise.all([
      projects.get(projectId),
      integrations.get(projectId, id),
    ]);
    // A message may arrive after its integration was removed.
    if (!project || project.deletion || !integration) return;
    const known = await environments.listOf(integration.project);
    // Comes first: what was lost must not have to wait for a Bitbucket that does not answer.
    const lost = [integration, ...known].flatMap((owner) => lostActivity(owner, clock.now()));
    await effects.send([...lost, ...known.flatMap(stopOf)]);

    const host = await connect(integration);
    const source = await host.source();
    const [repository, listing] = await Promise.all([host.repository(), source.listRefs(listedPrefixes)]);
    // One that was made anew under the old name has none of the branches, and deletes nothing.
    if (repository.uuid !== integration.repository_uuid) throw isAnother(repository.full_name);
    const pullRequests = hasPullRequests(integration, known)
      ? await host.openPullRequests(integration.pull_requests_max_pages)
      : null;
    const { branches, unreadable } = branchesIn(listing);
    const leftOut = explainLeftOut({ branches, unreadable, pullRequests });
    if (leftOut) log.warn('left out', { project: project.id, integration: id, because: leftOut });
    const isRenamed = repository.full_name !== integration.repository;
    const hasOrphans = known.some((environment) => integration.adopts.includes(environment.integration));
    const isUnknown = project.default_branch === null && branches.size > 0;
    const found: SourceEvent[] = [
      // All three are what a fetch of everything sees to.
      ...(isRenamed || hasOrphans || isUnknown ? [changed(repository.full_name)] : []),
      ...(project.default_branch
        ? reconcile(
            { branches, unreadable, pullRequests, mirrored: false },
            known,
            { default_branch: project.default_branch, integration },
            clock.now(),
          )
        : []),
    ];
    await events.send(
      found.map((event) => ({
        project: project.id,
        integration: integration.id,
        event,
        origin: 'scheduled prune',
      })),
    );
    const webhook = await repairWebhook(ports, integration, host);
    await keepMirror(ports, integration, listing);
    log.info('pruned', {
      project: project.id,
      integration: integration.id,
      branches: branches.size,
      events: found.length,
      restarted: lost.length,
      webhook,
    });
  };
}

function changed(repository: string): SourceEvent {
  return { type: 'repository.changed', repository };
}

type Owner = Integration | Awaited<ReturnType<Environments['listOf']>>[number];

function lostActivity(owner: Owner, now: string): Effect[] {
  const activity = lostOf(owner.activities, now);
  if (!activity) return [];
  return 'integration' in owner ? [restartOf(owner, activity)] : [restartOnIntegration(owner, activity)];
}

/** Without its webhook an integration still works by the schedule, so failing to repair it fails nothing else. */
async function repairWebhook(ports: Ports, integration: Integration, host: GitHost): Promise<string> {
  try {
    return await keepWebhook(ports, integration, host);
  } catch (error) {
    const { project, id } = integration;
    ports.log.warn('the webhook could not be checked', { project, integration: id, error });
    return 'unknown';
  }
}
