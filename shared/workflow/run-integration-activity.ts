import type { Activity, Ending } from '../domain/activity.ts';
import type { Integration } from '../domain/integration.ts';
import type {
  ActivityLog,
  Clock,
  ConnectGitHost,
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
import { fetchAll } from './fetch-all.ts';
import { concludeOnIntegration } from './integration-activities.ts';

export interface Ports {
  projects: Projects;
  integrations: Integrations;
  environments: Pick<Environments, 'listOf'>;
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
    const host = await ports.connect(integration);
    const say = (line: string) => ports.activityLog.append(project, activity.id, [line]);
    const because =
      activity.type === 'integration.bitbucket.register_hooks'
        ? await registerWebhook(ports, integration, host, say)
        : await fetchAll(ports, integration, host, say);
    const ending: Ending = { result: 'success', because };
    await concludeOnIntegration(ports, integration, activity.id, ending);
    ports.log.info('concluded', { project, integration: id, activity: activity.id, because });
  };
}

async function registerWebhook(
  { secrets, hookUrl }: Ports,
  integration: Integration,
  host: GitHost,
  say: (line: string) => Promise<void>,
): Promise<string> {
  const url = hookUrl(integration);
  const secret = await secrets.open('webhook', integration, integration.sealed_webhook_secret);
  await say(`Registering the webhook ${url}`);
  const done = await host.ensureWebhook({ url, secret });
  await say(`The webhook was ${done}`);
  return `the webhook was ${done}`;
}
