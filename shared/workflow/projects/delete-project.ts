import { markDeleted } from '../../domain/projects/delete-project.ts';
import type { Project } from '../../domain/projects/project.ts';
import { BoughError } from '../../errors.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Projects } from '../../ports/projects.ts';
import type { EffectQueue } from '../../ports/queues.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { type RemoveIntegrationPorts, removeIntegration } from '../integrations/remove-integration.ts';

/** The ports of `deleteProject`. */
export interface DeleteProjectPorts extends RemoveIntegrationPorts {
  projects: Projects;
  environments: Pick<Environments, 'related'>;
  effects: EffectQueue;
}

/** A project that is being deleted. */
export interface DeletedProject {
  project: Project;
  webhook_errors: WebhookError[];
}

/** A webhook that could not be removed, and why. */
export interface WebhookError {
  url: string;
  because: string;
}

/**
 * Starts the deletion of a project with its integrations and environments. The project is marked first, so that no new work
 * is accepted; `purgeProject` deletes the environments and completes the deletion. A repeated call resumes the deletion and
 * retries failed environments.
 * @param confirmed whether protected environments may be deleted too
 * @throws BoughError `not_found`; `invalid` when protected environments exist and their deletion is not confirmed
 */
export async function deleteProject(
  ports: DeleteProjectPorts,
  id: string,
  confirmed: boolean,
): Promise<DeletedProject> {
  if (!confirmed) await refuseProtected(ports, id);
  const project = await retryOnConflict(() => mark(ports, id));
  // Before the environments, because without an integration nothing is fetched or deployed.
  const webhook_errors = await removeIntegrations(ports, id);
  await ports.effects.send([{ type: 'project.purge', project: id, requested_at: ports.clock.now() }]);
  return { project, webhook_errors };
}

async function refuseProtected({ projects, environments }: DeleteProjectPorts, id: string): Promise<void> {
  // The first request of the deletion has already passed this check.
  if ((await projects.get(id))?.deletion) return;
  const kept = await environments.related(id, { type: 'protected', value: '' });
  const [first] = kept;
  if (!first) return;
  const names = kept.length === 1 ? first.id : `${first.id} and ${kept.length - 1} more`;
  throw new BoughError('invalid', 'The project has protected environments.', {
    fields: {
      confirm: `The project has protected environments: ${names}. Confirm their deletion with the project's id.`,
    },
  });
}

async function mark({ projects, clock }: DeleteProjectPorts, id: string): Promise<Project> {
  const before = await projects.get(id);
  if (!before) throw new BoughError('not_found', `There is no project ${id}.`);
  const marked = markDeleted(before, clock.now());
  if (marked === before) return before;
  const after = { ...marked, version: before.version + 1 };
  await projects.save(after);
  return after;
}

/** Removes a project's integrations. Returns the webhooks that could not be removed. */
export async function removeIntegrations(
  ports: RemoveIntegrationPorts,
  project: string,
): Promise<WebhookError[]> {
  const errors: WebhookError[] = [];
  for (const integration of await ports.integrations.listOf(project)) {
    const because = await removeIntegration(ports, project, integration.id).catch((error: unknown) => {
      // Removed concurrently.
      if (error instanceof BoughError && error.code === 'not_found') return null;
      throw error;
    });
    if (because) errors.push({ url: ports.hookUrl(integration), because });
  }
  return errors;
}
