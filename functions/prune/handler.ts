import middy from '@middy/core';
import type { Integration } from '../../shared/domain/integration.ts';
import { explain } from '../../shared/errors.ts';
import type { Integrations, Log } from '../../shared/ports.ts';

interface Ports {
  integrations: Pick<Integrations, 'all'>;
  prune: (integration: Integration) => Promise<void>;
  log: Log;
}

/** One integration's failure keeps none of the others from being pruned, and is an error of the schedule all the same. */
export function createHandler({ integrations, prune, log }: Ports) {
  return middy<unknown, void>().handler(async () => {
    const failures: unknown[] = [];
    for await (const integration of integrations.all()) {
      try {
        await prune(integration);
      } catch (error) {
        log.error('prune failed', { project: integration.project, integration: integration.id, error });
        failures.push(error);
      }
    }
    if (failures.length > 0) {
      throw new AggregateError(
        failures,
        `${failures.length} integrations were not pruned: ${failures.map(explain).join('; ')}`,
      );
    }
  });
}
