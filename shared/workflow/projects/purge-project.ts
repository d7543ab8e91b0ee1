import type { ProjectFiles } from '../../ports/projects.ts';
import { type DeleteProjectPorts, deleteEnvironments, removeIntegrations } from './delete-project.ts';

export interface PurgeProjectPorts extends DeleteProjectPorts {
  files: ProjectFiles;
}

/** Seconds between two purges; the longest delay of a message. */
export const pause = 900;

/** Three more purges cover 45 minutes: a fetch may run for 15, and a build's credentials are valid for 40. */
export const repetitions = 3;

/**
 * Does what is left to do for a project that is being deleted. Once its environments are gone, everything that is kept
 * of it is removed, and after a while again: a fetch, an event or a build that was under way may have written after that.
 */
export async function purgeProject(ports: PurgeProjectPorts, id: string, again = repetitions): Promise<void> {
  const { projects, environments, effects, files, log } = ports;
  const project = await projects.get(id);
  if (project && !project.deletion) {
    log.error('project not purged: nobody has deleted it', { project: id });
    return;
  }
  await removeIntegrations(ports, id);
  // After the first purge there can only be records that came too late: of nothing that was ever deployed.
  if (project) {
    await deleteEnvironments(ports, id, false);
    const left = await environments.listOf(id);
    if (left.length > 0) {
      log.info('project not purged yet', { project: id, environments: left.length });
      return;
    }
  }
  const objects = await files.purge(id);
  // Before the project itself goes: should this be repeated, it is known what for.
  if (again > 0) {
    await effects.send([{ type: 'project.purge', project: id, again: again - 1 }], pause);
  }
  await projects.erase(id);
  log.info('project purged', { project: id, objects });
}
