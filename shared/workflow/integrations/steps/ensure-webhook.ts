import { needsNewSecret } from '../../../domain/deliveries/refused-deliveries.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { GitHost } from '../../../ports/git-host.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { Secrets } from '../../../ports/secrets.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

/** The ports of `ensureWebhook`. */
export interface EnsureWebhookPorts {
  projects: Pick<Projects, 'get'>;
  integrations: Pick<Integrations, 'get' | 'save'>;
  secrets: Secrets;
  clock: Pick<Clock, 'now'>;
  hookUrl(integration: Integration): string;
}

/** Creates or repairs an integration's webhook. Removes the webhook when the integration was removed concurrently. */
export async function ensureWebhook(
  ports: EnsureWebhookPorts,
  integration: Integration,
  host: GitHost,
): Promise<'created' | 'repaired' | 'unchanged' | 'removed'> {
  const url = ports.hookUrl(integration);
  const secret = await ports.secrets.open('webhook', integration, integration.sealed_webhook_secret);
  const rewrite = needsNewSecret(integration, ports.clock.now());
  const done = await host.ensureWebhook({ url, secret, rewrite });
  if (rewrite) await recordRewrite(ports, integration);
  if (await isWanted(ports, integration)) return done;
  await host.removeWebhook(url);
  return 'removed';
}

/** Records the time, so that the secret is not rewritten at each prune. `integration:validate` reports later refusals. */
async function recordRewrite(
  { integrations, clock }: EnsureWebhookPorts,
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
  { projects, integrations }: EnsureWebhookPorts,
  { project: projectId, id }: Integration,
): Promise<boolean> {
  const [project, integration] = await Promise.all([
    projects.get(projectId),
    integrations.get(projectId, id),
  ]);
  return project !== null && project.deletion === null && integration !== null;
}
