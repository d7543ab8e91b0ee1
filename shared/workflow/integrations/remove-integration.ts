import type { Activity } from '../../domain/activities/activity.ts';
import type { Integration } from '../../domain/integrations/integration.ts';
import { remember } from '../../domain/integrations/origin.ts';
import { BoughError, explain } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConnectGitHost } from '../../ports/git-host.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { Log } from '../../ports/log.ts';
import type { Projects } from '../../ports/projects.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';

/** The ports of `removeIntegration`. */
export interface RemoveIntegrationPorts {
  projects: Pick<Projects, 'get' | 'save'>;
  integrations: Integrations;
  connect: ConnectGitHost;
  clock: Clock;
  log: Log;
  hookUrl(integration: Integration): string;
}

/**
 * Removes an integration and its webhook. The environments stay, and the project records their repository, so that a
 * later integration with the same repository adopts them.
 * @returns why the webhook could not be removed; null when it was removed
 */
export async function removeIntegration(
  ports: RemoveIntegrationPorts,
  project: string,
  id: string,
): Promise<string | null> {
  return retryOnConflict(async () => {
    const integration = await ports.integrations.get(project, id);
    if (!integration)
      throw new BoughError('not_found', `There is no integration ${id} in project ${project}.`);
    const left = await removeWebhook(ports, integration);
    await recordFormer(ports, integration);
    await ports.integrations.remove(integration, integration.activities.map(ended(ports.clock.now())));
    return left;
  });
}

/** Runs before the removal: environments of an unrecorded integration cannot be matched to a repository. */
async function recordFormer({ projects }: RemoveIntegrationPorts, integration: Integration): Promise<void> {
  await retryOnConflict(async () => {
    const project = await projects.get(integration.project);
    if (!project || project.deletion) return;
    const former_integrations = remember(project.former_integrations, integration);
    await projects.save({ ...project, former_integrations, version: project.version + 1 });
  });
}

/** An error is returned, not thrown: lost access to Bitbucket must not block the removal. */
async function removeWebhook(
  { connect, hookUrl, log }: RemoveIntegrationPorts,
  integration: Integration,
): Promise<string | null> {
  try {
    const host = await connect(integration);
    await host.removeWebhook(hookUrl(integration));
    return null;
  } catch (error) {
    const { project, id } = integration;
    log.warn('the webhook could not be removed', { project, integration: id, error });
    return explain(error);
  }
}

function ended(now: string) {
  return (activity: Activity): Activity => ({
    ...activity,
    state: 'cancelled',
    because: 'the integration was removed',
    completed_at: now,
  });
}
