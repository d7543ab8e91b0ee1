import type { ProjectFiles } from '../../ports/projects.ts';
import { type DeleteProjectPorts, deleteEnvironments, removeIntegrations } from './delete-project.ts';

/** The ports of `purgeProject`. */
export interface PurgeProjectPorts extends DeleteProjectPorts {
  files: ProjectFiles;
}

/** Seconds between two purges: the longest delay that SQS offers. */
export const pause = 900;

/** The repeated purges cover 75 minutes: a fetch runs for at most 15, and a build's credentials are valid for at most 60. */
export const repetitions = 5;

/**
 * Continues the deletion of a project. When its environments are deleted, all records and objects of the project are
 * erased. The purge is repeated later, because a running fetch, event or build may write records after the first one.
 * @param again the number of repetitions to schedule
 */
export async function purgeProject(ports: PurgeProjectPorts, id: string, again = repetitions): Promise<void> {
  const { projects, environments, effects, files, log } = ports;
  const project = await projects.get(id);
  if (project && !project.deletion) {
    log.error('project not purged: the project is not being deleted', { project: id });
    return;
  }
  await removeIntegrations(ports, id);
  // Without a project record, this is a repetition: late records belong to nothing deployed and need no teardown.
  if (project) {
    await deleteEnvironments(ports, id, false);
    const left = await environments.listOf(id);
    if (left.length > 0) {
      log.info('project not purged yet', { project: id, environments: left.length });
      return;
    }
  }
  const objects = await files.purge(id);
  // Schedule the repetition before the project is erased, so that a retry of this message still finds the project.
  if (again > 0) {
    await effects.send([{ type: 'project.purge', project: id, again: again - 1 }], pause);
  }
  await projects.erase(id);
  log.info('project purged', { project: id, objects });
}
