import { running } from '../domain/activity.ts';
import type { Integration } from '../domain/integration.ts';
import { reconcile } from '../domain/reconcile.ts';
import type {
  Clock,
  ConnectGitHost,
  Effect,
  EffectQueue,
  Environments,
  EventQueue,
  GitHost,
  Log,
  Projects,
  Secrets,
} from '../ports.ts';
import { runOf } from './commit-decision.ts';
import { branchesOf, hasPullRequests } from './fetch-all.ts';
import { isAnother } from './follow-repository.ts';

interface Ports {
  projects: Pick<Projects, 'get'>;
  environments: Pick<Environments, 'listOf'>;
  secrets: Secrets;
  connect: ConnectGitHost;
  events: EventQueue;
  effects: EffectQueue;
  clock: Clock;
  log: Log;
  hookUrl(integration: Integration): string;
}

/** Longer than a function may run: what began before either builds, and is not started twice, or was lost on the way. */
const lostAfterMinutes = 20;

/**
 * Compares one integration's environments with its repository and queues what Bitbucket should have told.
 * Any reading that fails is an error of the whole: nothing is concluded from half a picture.
 */
export function pruneIntegration(ports: Ports) {
  return async (integration: Integration): Promise<void> => {
    const { projects, environments, connect, events, effects, clock, log } = ports;
    const project = await projects.get(integration.project);
    if (!project) return;
    const host = await connect(integration);
    const source = await host.source();
    const [listing, known] = await Promise.all([
      source.listRefs(['HEAD', 'refs/heads/']),
      environments.listOf(integration.project),
    ]);
    const pullRequests = hasPullRequests(integration, known) ? await host.openPullRequests() : null;
    const branches = branchesOf(listing);
    const found = project.default_branch
      ? reconcile({ branches, pullRequests, mirrored: false }, known, {
          default_branch: project.default_branch,
          integration,
        })
      : branches.size > 0
        ? [{ type: 'repository.changed' as const }]
        : [];
    if (found.some(({ type }) => type.endsWith('.deleted'))) await refuseAnother(integration, host);
    await events.send(
      found.map((event) => ({
        project: project.id,
        integration: integration.id,
        event,
        origin: 'scheduled prune',
      })),
    );
    const lost = [integration, ...known].flatMap((owner) => lostActivity(owner, clock.now()));
    await effects.send(lost);
    const webhook = await repairWebhook(ports, integration, host);
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

/** A repository that was made anew under the old name has none of the branches, and deletes nothing. */
async function refuseAnother({ repository_uuid }: Integration, host: GitHost): Promise<void> {
  const { uuid, full_name } = await host.repository();
  if (uuid !== repository_uuid) throw isAnother(full_name);
}

type Owner = Integration | Awaited<ReturnType<Environments['listOf']>>[number];

function lostActivity(owner: Owner, now: string): Effect[] {
  const activity = running(owner.activities);
  const since = Date.parse(now) - Date.parse(activity?.started_at ?? now);
  if (!activity || since < lostAfterMinutes * 60_000) return [];
  return 'integration' in owner
    ? [runOf(owner, activity)]
    : [{ type: 'integration.run', project: owner.project, integration: owner.id, activity }];
}

/** Without its webhook an integration still works by the schedule, so failing to repair it fails nothing else. */
async function repairWebhook(
  { secrets, hookUrl, log }: Ports,
  integration: Integration,
  host: GitHost,
): Promise<string> {
  try {
    const secret = await secrets.open('webhook', integration, integration.sealed_webhook_secret);
    return await host.ensureWebhook({ url: hookUrl(integration), secret });
  } catch (error) {
    log.warn('the webhook could not be checked', { integration: integration.id, error });
    return 'unknown';
  }
}
