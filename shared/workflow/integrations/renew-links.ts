import type { Integration } from '../../domain/integrations/integration.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { type RelinkPorts, relinkStatuses } from './steps/relink-statuses.ts';

/** The ports of `renewLinks`. */
export interface RenewLinksPorts extends RelinkPorts {
  integrations: Pick<Integrations, 'get' | 'save'>;
  secrets: Pick<Secrets, 'seal'>;
  clock: Pick<Clock, 'now'>;
  newLogKey: () => string;
}

/**
 * Replaces the key of an integration's links: all links to logs, status pages and the board end. The current build
 * statuses get new ones.
 * @throws BoughError `not_found`
 */
export async function renewLinks(ports: RenewLinksPorts, project: string, id: string): Promise<Integration> {
  const { integrations, secrets, clock, newLogKey } = ports;
  const renewed = await retryOnConflict(async () => {
    const before = await integrations.get(project, id);
    if (!before) throw new BoughError('not_found', `There is no integration ${id} in project ${project}.`);
    const sealed_log_key = await secrets.seal('log', before, newLogKey());
    const after = { ...before, sealed_log_key, updated_at: clock.now(), version: before.version + 1 };
    await integrations.save(after);
    return after;
  });
  await relinkStatuses(ports, renewed);
  return renewed;
}
