import type { Activity } from '../../domain/activities/activity.ts';
import { lostActivity } from '../../domain/activities/delay.ts';
import { type Environment, willBeDeleted } from '../../domain/environments/environment.ts';
import { deleteWithProject, markDeleted } from '../../domain/projects/delete-project.ts';
import type { Project } from '../../domain/projects/project.ts';
import { BoughError } from '../../errors.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Projects } from '../../ports/projects.ts';
import type { EffectQueue } from '../../ports/queues.ts';
import { commitDecision, restart, runAgain } from '../commit/commit-decision.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { type RemoveIntegrationPorts, removeIntegration } from '../integrations/remove-integration.ts';

export interface DeleteProjectPorts extends RemoveIntegrationPorts {
  projects: Projects;
  environments: Environments;
  effects: EffectQueue;
}

/** A project that is on its way out, with what is on its way because of that. */
export interface DeletedProject {
  project: Project;
  deletions: { environment: Environment; activity: Activity }[];
  webhook_errors: WebhookError[];
}

/** A webhook that may still be there, and why. */
export interface WebhookError {
  url: string;
  because: string;
}

/**
 * Begins to delete a project with everything that belongs to it. It is marked first, so that nothing new comes to it;
 * from there on `purgeProject` finishes what this does not. Asking again goes on, and lets what has failed be tried
 * once more.
 * @param confirmed true when protected environments may go as well
 * @throws BoughError `not_found`; `invalid` when there are some, and that is not confirmed
 */
export async function deleteProject(
  ports: DeleteProjectPorts,
  id: string,
  confirmed: boolean,
): Promise<DeletedProject> {
  if (!confirmed) await refuseProtected(ports, id);
  const project = await retryOnConflict(() => mark(ports, id));
  // Before the environments: without an integration nothing new is fetched or deployed.
  const webhook_errors = await removeIntegrations(ports, id);
  const deletions = await deleteEnvironments(ports, id, true);
  if (deletions.length === 0) await ports.effects.send([{ type: 'project.purge', project: id }]);
  return { project, deletions, webhook_errors };
}

async function refuseProtected({ projects, environments }: DeleteProjectPorts, id: string): Promise<void> {
  // Once a project is being deleted, that was confirmed.
  if ((await projects.get(id))?.deletion) return;
  const kept = (await environments.listOf(id)).filter((environment) => environment.protected);
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

/** Ends every link of a project to a repository, and tells which webhooks may be left. */
export async function removeIntegrations(
  ports: RemoveIntegrationPorts,
  project: string,
): Promise<WebhookError[]> {
  const errors: WebhookError[] = [];
  for (const integration of await ports.integrations.listOf(project)) {
    const because = await removeIntegration(ports, project, integration.id).catch((error: unknown) => {
      // Somebody else was faster.
      if (error instanceof BoughError && error.code === 'not_found') return null;
      throw error;
    });
    if (because) errors.push({ url: ports.hookUrl(integration), because });
  }
  return errors;
}

/** So many environments are written to at the same time. */
const atOnce = 16;

/** Puts the deletion on every environment of a project, and answers those that are on their way out now. */
export async function deleteEnvironments(
  ports: DeleteProjectPorts,
  project: string,
  isAsked: boolean,
): Promise<DeletedProject['deletions']> {
  const environments = await ports.environments.listOf(project);
  const deletions: DeletedProject['deletions'] = [];
  for (let start = 0; start < environments.length; start += atOnce) {
    const some = environments.slice(start, start + atOnce);
    const begun = await Promise.all(some.map(({ id }) => deleteEnvironment(ports, project, id, isAsked)));
    deletions.push(...begun.filter((deletion) => deletion !== null));
  }
  return deletions;
}

async function deleteEnvironment(
  ports: DeleteProjectPorts,
  project: string,
  id: string,
  isAsked: boolean,
): Promise<DeletedProject['deletions'][number] | null> {
  const { environments, effects, clock } = ports;
  return retryOnConflict(async () => {
    const before = await environments.get(project, id);
    if (!before) return null;
    const moment = { now: clock.now(), activityId: clock.activityId() };
    const decision = deleteWithProject(before, isAsked, moment);
    if (decision) await commitDecision(ports, before, decision);
    else if (lostActivity(before.activities, moment.now)) await restart(effects, before);
    else if (isAsked) await runAgain(effects, before);
    const environment = decision?.environment ?? before;
    const activity = environment.activities.at(-1);
    return activity && willBeDeleted(environment) ? { environment, activity } : null;
  });
}
