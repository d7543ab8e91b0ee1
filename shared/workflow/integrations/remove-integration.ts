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

export interface RemoveIntegrationPorts {
  projects: Pick<Projects, 'get' | 'save'>;
  integrations: Integrations;
  connect: ConnectGitHost;
  clock: Clock;
  log: Log;
  hookUrl(integration: Integration): string;
}

/**
 * Ends a project's link to its repository, and takes the webhook away. Environments stay as they are, and the project
 * remembers which repository they come from: a later integration with it takes them over.
 * @returns why the webhook may still be there; null when it is gone
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
    await rememberIn(ports, integration);
    await ports.integrations.remove(integration, integration.activities.map(ended(ports.clock.now())));
    return left;
  });
}

/** Comes before the removal: environments of an integration that nobody remembers belong to no repository. */
async function rememberIn({ projects }: RemoveIntegrationPorts, integration: Integration): Promise<void> {
  await retryOnConflict(async () => {
    const project = await projects.get(integration.project);
    if (!project || project.deletion) return;
    const former_integrations = remember(project.former_integrations, integration);
    await projects.save({ ...project, former_integrations, version: project.version + 1 });
  });
}

/** Bitbucket may be gone, or our access to it: neither keeps an integration. */
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
