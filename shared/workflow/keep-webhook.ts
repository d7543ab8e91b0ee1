import type { Integration } from '../domain/integration.ts';
import type { GitHost, Integrations, Projects, Secrets } from '../ports.ts';

export interface KeepWebhookPorts {
  projects: Pick<Projects, 'get'>;
  integrations: Pick<Integrations, 'get'>;
  secrets: Secrets;
  hookUrl(integration: Integration): string;
}

/** Sees to an integration's webhook, and takes it away again if the integration has gone in the meantime. */
export async function keepWebhook(
  ports: KeepWebhookPorts,
  integration: Integration,
  host: GitHost,
): Promise<'created' | 'repaired' | 'unchanged' | 'removed'> {
  const url = ports.hookUrl(integration);
  const secret = await ports.secrets.open('webhook', integration, integration.sealed_webhook_secret);
  const done = await host.ensureWebhook({ url, secret });
  if (await isWanted(ports, integration)) return done;
  await host.removeWebhook(url);
  return 'removed';
}

async function isWanted(
  { projects, integrations }: KeepWebhookPorts,
  { project: projectId, id }: Integration,
): Promise<boolean> {
  const [project, integration] = await Promise.all([
    projects.get(projectId),
    integrations.get(projectId, id),
  ]);
  return project !== null && project.deletion === null && integration !== null;
}
