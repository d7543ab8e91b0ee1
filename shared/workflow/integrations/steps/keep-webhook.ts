import { needsNewSecret } from '../../../domain/deliveries/refused-deliveries.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { GitHost } from '../../../ports/git-host.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { Secrets } from '../../../ports/secrets.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

export interface KeepWebhookPorts {
  projects: Pick<Projects, 'get'>;
  integrations: Pick<Integrations, 'get' | 'save'>;
  secrets: Secrets;
  clock: Pick<Clock, 'now'>;
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
  const rewrite = needsNewSecret(integration, ports.clock.now());
  const done = await host.ensureWebhook({ url, secret, rewrite });
  if (rewrite) await noteRewriting(ports, integration);
  if (await isWanted(ports, integration)) return done;
  await host.removeWebhook(url);
  return 'removed';
}

/** The secret is written once: what is refused after that is told by `integration:validate`. */
async function noteRewriting(
  { integrations, clock }: KeepWebhookPorts,
  { project, id }: Integration,
): Promise<void> {
  await retryOnConflict(async () => {
    const latest = await integrations.get(project, id);
    if (!latest?.refused_deliveries) return;
    const refused_deliveries = { ...latest.refused_deliveries, rewritten_at: clock.now() };
    await integrations.save({ ...latest, refused_deliveries, version: latest.version + 1 });
  });
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
