import type { Log } from '../../ports/log.ts';
import type { Projects } from '../../ports/projects.ts';
import type { EffectQueue } from '../../ports/queues.ts';

interface Ports {
  projects: Pick<Projects, 'list'>;
  effects: EffectQueue;
  log: Log;
}

/** Queues a purge of every project that is being deleted, in case a message was lost. */
export async function resumeDeletions({ projects, effects, log }: Ports): Promise<void> {
  for await (const { id, deletion } of projects.list()) {
    if (!deletion) continue;
    log.info('deletion resumed', { project: id, ...deletion });
    await effects.send([{ type: 'project.purge', project: id }]);
  }
}
