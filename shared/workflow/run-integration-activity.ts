import type { Activity, Ending } from '../domain/activity.ts';
import type { Integration } from '../domain/integration.ts';
import { BoughError } from '../errors.ts';
import type {
  ActivityLog,
  Clock,
  ConnectGitHost,
  EffectQueue,
  Environments,
  EventQueue,
  Integrations,
  Log,
  Mirrors,
  Projects,
  Secrets,
} from '../ports.ts';
import { fetchAll } from './fetch-all.ts';
import { followRepository } from './follow-repository.ts';
import { concludeOnIntegration } from './integration-activities.ts';
import { keepWebhook } from './keep-webhook.ts';

export interface Ports {
  projects: Projects;
  integrations: Integrations;
  environments: Environments;
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

/** Does an integration's activity: registers its webhook, or fetches everything. */
export function runIntegrationActivity(ports: Ports) {
  return async (project: string, id: string, activity: Activity): Promise<void> => {
    const integration = await ports.integrations.get(project, id);
    if (!integration) return;
    const say = (line: string) => ports.activityLog.append(project, activity.id, [line]);
    const because = activity.type.endsWith('.register_hooks')
      ? await registerWebhook(ports, integration, say)
      : await fetchAll(ports, await followRepository(ports, integration, activity.repository, say), say);
    const ending: Ending = { result: 'success', because };
    await concludeOnIntegration(ports, integration, activity.id, ending);
    ports.log.info('concluded', { project, integration: id, activity: activity.id, because });
  };
}

async function registerWebhook(
  ports: Ports,
  integration: Integration,
  say: (line: string) => Promise<void>,
): Promise<string> {
  await say(`Registering the webhook ${ports.hookUrl(integration)}`);
  const host = await ports.connect(integration);
  const done = await keepWebhook(ports, integration, host).catch((error: unknown) => {
    throw isForbidden(error) ? byHand(error) : error;
  });
  await say(`The webhook was ${done}`);
  return `the webhook was ${done}`;
}

function isForbidden(error: unknown): error is BoughError {
  return error instanceof BoughError && error.code === 'git_host_forbidden';
}

/** Everything else works without that permission, so there is a way without it. The secret is for no log. */
function byHand(cause: BoughError): BoughError {
  return new BoughError('git_host_forbidden', `The webhook could not be added. ${cause.message}`, {
    cause,
    remedy:
      'Grant that, or add the webhook by hand: bough integration:get shows its URL with --property hook_url and its secret with --property hook_secret. Until then changes are found by the schedule.',
  });
}
