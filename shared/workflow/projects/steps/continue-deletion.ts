import { type Environment, willBeDeleted } from '../../../domain/environments/environment.ts';
import { emptied, withFailure } from '../../../domain/projects/delete-project.ts';
import type { Project } from '../../../domain/projects/project.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { EffectQueue } from '../../../ports/queues.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

/** The ports of the steps of a project's deletion. */
export interface ContinueDeletionPorts {
  projects: Pick<Projects, 'get' | 'save'>;
  environments: Pick<Environments, 'pagesOf'>;
  effects: EffectQueue;
  clock: Clock;
}

/** Whether a project is being deleted; false for an unknown project. */
export async function isBeingDeleted(
  { projects }: { projects: Pick<Projects, 'get'> },
  id: string,
): Promise<boolean> {
  return Boolean((await projects.get(id))?.deletion);
}

/** The project, if it is being deleted. */
export async function findDeletedProject(
  { projects }: { projects: Pick<Projects, 'get'> },
  id: string,
): Promise<Project | null> {
  const project = await projects.get(id);
  return project?.deletion ? project : null;
}

/** Records on the project why the deletion of an environment failed, if the project is being deleted. */
export async function recordFailure(
  { projects, clock }: ContinueDeletionPorts,
  environment: Pick<Environment, 'project' | 'id'>,
  because: string,
): Promise<void> {
  await retryOnConflict(async () => {
    const project = await projects.get(environment.project);
    if (!project?.deletion) return;
    const { deletion } = project;
    const noted = withFailure({ ...project, deletion }, environment, because, clock.now());
    await projects.save({ ...noted, version: project.version + 1 });
  });
}

/** Whether a project has no environment. */
export async function isEmpty(
  { environments }: { environments: Pick<Environments, 'pagesOf'> },
  project: string,
): Promise<boolean> {
  for await (const _ of environments.pagesOf(project, undefined, 1)) return false;
  return true;
}

/** After a failure, at most this many environments are read to find one that is still being deleted. */
const mostSearched = 25;

/**
 * Queues the purge of a project when its last environment is deleted, or when all others have failed, which retries them. The
 * search is bounded, because it follows the deletion of each environment: the schedule finds what it misses.
 * @param ended the activity that has just ended; null when an earlier message about the purge may be lost
 */
export async function purgeIfIdle(
  ports: ContinueDeletionPorts,
  { id, deletion }: Project,
  ended: string | null,
): Promise<void> {
  const { environments, effects } = ports;
  const most = deletion?.failure ? mostSearched : 0;
  let count = 0;
  for await (const environment of environments.pagesOf(id, undefined, most + 1)) {
    count += 1;
    if (count > most || willBeDeleted(environment)) return;
  }
  if (count === 0 && ended !== null && !(await claimPurge(ports, id, ended))) return;
  await effects.send([{ type: 'project.purge', project: id }]);
}

/** Several last deletions may end at the same time. One of them requests the purge. */
async function claimPurge(
  { projects, clock }: ContinueDeletionPorts,
  id: string,
  ended: string,
): Promise<boolean> {
  return retryOnConflict(async () => {
    const project = await projects.get(id);
    if (!project?.deletion) return false;
    const after = emptied({ ...project, deletion: project.deletion }, ended, clock.now());
    if (after) await projects.save({ ...after, version: project.version + 1 });
    return after !== null;
  });
}
