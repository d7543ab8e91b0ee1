import type { Effect } from '../../domain/activities/effect.ts';
import type { Environments } from '../../ports/environments.ts';
import type { ProjectFiles } from '../../ports/projects.ts';
import { type DeleteProjectPorts, removeIntegrations } from './delete-project.ts';
import { isEmpty } from './steps/continue-deletion.ts';
import { deleteEnvironments } from './steps/delete-environments.ts';

/** The ports of `purgeProject`. */
export interface PurgeProjectPorts extends DeleteProjectPorts {
  environments: Environments;
  files: ProjectFiles;
}

/** Seconds between two purges: the longest delay that SQS offers. */
export const pause = 900;

/** The repeated purges cover 75 minutes: a fetch runs for at most 15, and a build's credentials are valid for at most 60. */
export const repetitions = 5;

/** The state of a deletion in its message. */
export type PurgeState = Pick<Extract<Effect, { type: 'project.purge' }>, 'requested_at' | 'after' | 'again'>;

/**
 * Continues the deletion of a project. When its environments are deleted, all records and objects of the project are
 * erased. The purge is repeated later, because a running fetch, event or build may write records after the first one.
 */
export async function purgeProject(
  ports: PurgeProjectPorts,
  id: string,
  state: PurgeState = {},
): Promise<void> {
  const { projects, effects, files, log } = ports;
  const { again = repetitions } = state;
  const project = await projects.get(id);
  if (project && !project.deletion) {
    log.error('project not purged: the project is not being deleted', { project: id });
    return;
  }
  // Another message has purged it, and scheduled the repetitions.
  if (!project && state.again === undefined) return;
  await removeIntegrations(ports, id);
  // Without a project record, this is a repetition: late records belong to nothing deployed and need no teardown.
  if (project && (await hasEnvironments(ports, id, state))) return;
  const objects = await files.purge(id);
  // Schedule the repetition before the project is erased, so that a retry of this message still finds the project.
  if (again > 0) {
    await effects.send([{ type: 'project.purge', project: id, again: again - 1 }], pause);
  }
  await projects.erase(id);
  log.info('project purged', { project: id, objects });
}

/** Queues the deletion of the next environments. Another message continues when there are more than one can queue. */
async function hasEnvironments(
  ports: PurgeProjectPorts,
  project: string,
  { requested_at, after }: PurgeState,
): Promise<boolean> {
  const { effects, environments, log } = ports;
  const { count, last } = await deleteEnvironments(ports, project, after, requested_at);
  if (last !== null) {
    const next = { type: 'project.purge' as const, project, after: last };
    await effects.send([requested_at === undefined ? next : { ...next, requested_at }]);
  }
  if (count === 0 && (after === undefined || (await isEmpty({ environments }, project)))) return false;
  log.info('project not purged yet', { project, environments: count });
  return true;
}
