import type { Effect } from '../../domain/activities/effect.ts';
import { explain } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Log } from '../../ports/log.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';

interface Ports {
  environments: Pick<Environments, 'get' | 'save'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/**
 * Notes on its environment that Bitbucket does not have a build status, and why: the scheduled prune sends it again.
 * A status that is no longer the environment's last one is not noted.
 */
export async function noteUndelivered(
  { environments, clock, log }: Ports,
  effect: Extract<Effect, { type: 'status.report' }>,
  error: unknown,
): Promise<void> {
  const { project, report } = effect;
  await retryOnConflict(async () => {
    const environment = await environments.get(project, report.environment);
    const last = environment?.build_status;
    if (!environment || last?.commit !== report.commit || last.undelivered) return;
    const undelivered = { because: explain(error), since: clock.now() };
    await environments.save({
      ...environment,
      build_status: { ...last, undelivered },
      version: environment.version + 1,
    });
    log.warn('status not delivered', {
      project,
      environment: environment.id,
      activity: last.activity,
      error,
    });
  });
}
