import { type Environment, willBeDeleted } from '../../../domain/environments/environment.ts';
import { withFailure } from '../../../domain/projects/delete-project.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { EffectQueue } from '../../../ports/queues.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

export interface GoOnPorts {
  projects: Pick<Projects, 'get' | 'save'>;
  environments: Pick<Environments, 'listOf'>;
  effects: EffectQueue;
  clock: Clock;
}

/** Whether a project is on its way out. One that does not exist is not. */
export async function isBeingDeleted(
  { projects }: { projects: Pick<Projects, 'get'> },
  id: string,
): Promise<boolean> {
  return Boolean((await projects.get(id))?.deletion);
}

/** Keeps on its project why an environment could not be taken down. */
export async function noteFailure(
  { projects, clock }: GoOnPorts,
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

/** Has a project that is being deleted purged, once nothing of it is on its way out any more. */
export async function purgeIfIdle({ environments, effects }: GoOnPorts, project: string): Promise<void> {
  const left = await environments.listOf(project);
  if (!left.some(willBeDeleted)) await effects.send([{ type: 'project.purge', project }]);
}
