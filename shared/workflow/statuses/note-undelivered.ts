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
 * Records on the environment that its last build status was not delivered, and why. The scheduled prune sends the
 * status again. Reports about other commits than the last status's are not recorded.
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
