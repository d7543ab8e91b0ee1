import { type Activity, changed, type Ending, running } from '../../domain/activities/activity.ts';
import { countStart, type RunMessage } from '../../domain/activities/delay.ts';
import type { RunEffect } from '../../domain/activities/effect.ts';
import type { Integration } from '../../domain/integrations/integration.ts';
import { BoughError, workInterrupted } from '../../errors.ts';
import type { ActivityLog } from '../../ports/activities.ts';
import type { ApiChecksStore } from '../../ports/api-checks.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import type { ConnectGitHost } from '../../ports/git-host.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { Log } from '../../ports/log.ts';
import type { Mirrors } from '../../ports/mirrors.ts';
import type { Projects } from '../../ports/projects.ts';
import type { EffectQueue, EventQueue } from '../../ports/queues.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { concludeOnIntegration, runAgainOnIntegration, runOf } from '../commit/integration-activities.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { ensureWebhook } from '../integrations/steps/ensure-webhook.ts';
import { fetchAll } from '../integrations/steps/fetch-all.ts';
import { followRepository } from '../integrations/steps/follow-repository.ts';
import { pruneNow } from '../integrations/steps/prune-now.ts';
import { moveDefaultBranch } from '../projects/steps/move-default-branch.ts';
import { resumeWaiting } from './steps/resume-waiting.ts';

/** The effect that runs an activity of an integration. */
export type IntegrationRun = Extract<RunEffect, { type: 'integration.run' }>;

/** The ports of `runIntegrationActivity`. */
export interface Ports {
  projects: Projects;
  integrations: Integrations;
  environments: Environments;
  checks: ApiChecksStore;
  mirrors: Mirrors;
  secrets: Secrets;
  connect: ConnectGitHost;
  events: EventQueue;
  effects: EffectQueue;
  activityLog: ActivityLog;
  clock: Clock;
  log: Log;
  /** The webhook's public URL. */
  hookUrl(integration: Integration): string;
}

/** Runs an integration's activity: registers the webhook, moves the default branch, fetches everything, or prunes. */
export async function runIntegrationActivity(
  ports: Ports,
  effect: IntegrationRun,
  receipt: number,
): Promise<void> {
  const { project, integration: id } = effect;
  const place = await retryOnConflict(() => begin(ports, effect, { ...effect, receipt }));
  if (!place) return;
  const { integration, activity } = place;
  const say = (...lines: string[]) => ports.activityLog.append(project, activity.id, lines);
  const because = await work(ports, integration, activity, say);
  const log = await ports.activityLog.take(project, activity.id);
  const ending: Ending = { result: 'success', because, log };
  await concludeOnIntegration(ports, integration, activity.id, ending);
  ports.log.info('concluded', { project, integration: id, activity: activity.id, because });
}

type Say = (...lines: string[]) => void;

async function work(
  ports: Ports,
  integration: Integration,
  { type, branch, repository, confirms }: Activity,
  say: Say,
): Promise<string> {
  if (type.endsWith('.register_hooks')) return registerWebhook(ports, integration, say);
  if (branch !== undefined) return moveDefaultBranch(ports, integration, branch, say);
  const followed = await followRepository(ports, integration, repository, say);
  if (type.endsWith('.prune')) return pruneNow(ports, followed.integration, confirms ?? null, say);
  return fetchAll(ports, followed, say);
}

/** Wakes the activity, counts the start and stores both before the work begins. Null when the activity waits or has ended. */
async function begin(
  ports: Ports,
  { project, integration: id, activity: { id: activityId } }: IntegrationRun,
  message: RunMessage,
): Promise<{ integration: Integration; activity: Activity } | null> {
  const { integrations, effects, log } = ports;
  const integration = await integrations.get(project, id);
  if (!integration) return null;
  const activity = running(integration.activities);
  const fields = { project, integration: id, activity: activityId };
  if (activity?.id !== activityId) {
    log.info('activity ignored', { ...fields, because: 'it has ended already' });
    await runAgainOnIntegration(effects, integration);
    return null;
  }
  const resumed = await resumeWaiting(ports, activity, message, runOf(integration, activity));
  if (!resumed) return null;
  const begun = countStart(resumed, message);
  if (!begun) throw workInterrupted(activity.starts);
  if (begun === activity) return { integration, activity };
  const activities = changed(integration.activities, begun);
  const stored = { ...integration, activities, version: integration.version + 1 };
  await integrations.save(stored);
  return { integration: stored, activity: begun };
}

async function registerWebhook(
  ports: Ports,
  integration: Integration,
  say: (line: string) => void,
): Promise<string> {
  say(`Registering the webhook ${ports.hookUrl(integration)}`);
  const host = await ports.connect(integration);
  const done = await ensureWebhook(ports, integration, host).catch((error: unknown) => {
    throw isForbidden(error) ? byHand(error) : error;
  });
  say(`The webhook was ${done}`);
  return `the webhook was ${done}`;
}

function isForbidden(error: unknown): error is BoughError {
  return error instanceof BoughError && error.code === 'git_host_forbidden';
}

/** Everything else works without the permission, so the remedy names the manual way. The log never contains the secret. */
function byHand(cause: BoughError): BoughError {
  return new BoughError('git_host_forbidden', `The webhook could not be added. ${cause.message}`, {
    cause,
    remedy:
      'Grant that, or add the webhook manually: bough integration:get shows its URL with --property hook_url and its secret with --property hook_secret. Until then the scheduled prune finds changes.',
  });
}
