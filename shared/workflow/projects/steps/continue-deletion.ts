import { type Environment, willBeDeleted } from '../../../domain/environments/environment.ts';
import { withFailure } from '../../../domain/projects/delete-project.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { EffectQueue } from '../../../ports/queues.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

/** The ports of the steps of a project's deletion. */
export interface ContinueDeletionPorts {
  projects: Pick<Projects, 'get' | 'save'>;
  environments: Pick<Environments, 'listOf'>;
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

/** Queues the purge of a project when none of its environments is being deleted. */
export async function purgeIfIdle(
  { environments, effects }: ContinueDeletionPorts,
  project: string,
): Promise<void> {
  const left = await environments.listOf(project);
  if (!left.some(willBeDeleted)) await effects.send([{ type: 'project.purge', project }]);
}
