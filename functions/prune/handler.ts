import middy from '@middy/core';
import type { Integration } from '../../shared/domain/integration.ts';
import { explain } from '../../shared/errors.ts';
import type { Integrations, Log, Metrics } from '../../shared/ports.ts';

interface Ports {
  integrations: Pick<Integrations, 'all'>;
  prune: (integration: Integration) => Promise<void>;
  /** Goes on with the deletions of projects. */
  resume: () => Promise<void>;
  metrics: Metrics;
  log: Log;
}

/** One failure keeps nothing else from being done, and is an error of the schedule all the same. */
export function createHandler({ integrations, prune, resume, metrics, log }: Ports) {
  return middy<unknown, void>().handler(async () => {
    const failures: unknown[] = [];
    const attempt = async (task: () => Promise<void>, message: string, fields: Record<string, unknown>) => {
      try {
        await task();
        return 'success';
      } catch (error) {
        log.error(message, { ...fields, error });
        failures.push(error);
        return 'failure';
      }
    };
    // First, because it needs no Bitbucket and takes no time.
    await attempt(resume, 'deletions not resumed', {});
    for await (const integration of integrations.all()) {
      const { project, id } = integration;
      const result = await attempt(() => prune(integration), 'prune failed', { project, integration: id });
      metrics.record({ Prunes: 1 }, { result });
    }
    if (failures.length > 0) {
      const reasons = failures.map(explain).join('; ');
      throw new AggregateError(failures, `${failures.length} failures in the scheduled prune: ${reasons}`);
    }
  });
}
