import type { Environment } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import { holdBack } from '../../../domain/rules/hold-back.ts';
import { explainHold, type HeldBack, isSameHold } from '../../../domain/rules/prune-limit.ts';
import type { PlannedChange } from '../../../domain/rules/reconcile.ts';
import { BoughError } from '../../../errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import type { Log } from '../../../ports/log.ts';
import type { EventQueue } from '../../../ports/queues.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

interface Ports {
  integrations: Pick<Integrations, 'get' | 'save'>;
  events: EventQueue;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

interface Found {
  changes: readonly PlannedChange[];
  /** All environments of the project. */
  environments: readonly Environment[];
  origin: string;
  /** The digest of the held-back deletions that a user confirmed. */
  confirmed?: string | null | undefined;
}

/**
 * Queues the events of planned changes. When the deletions exceed the integration's limit, all of them are held back
 * and recorded on the integration; other changes are queued.
 * @throws BoughError `held_back_changed` when the confirmed deletions are not those held back
 */
export async function sendChanges(
  ports: Ports,
  integration: Integration,
  { changes, environments, origin, confirmed = null }: Found,
): Promise<{ passed: PlannedChange[]; held_back: HeldBack | null }> {
  const { project, id, prune_limit: limit, held_back: before } = integration;
  const verdict = holdBack(changes, environments, { limit, confirmed, before, now: ports.clock.now() });
  const { passed, held_back } = verdict;
  await recordHold(ports, integration, held_back);
  await ports.events.send(passed.map(({ event }) => ({ project, integration: id, event, origin })));
  if (held_back && confirmed) throw heldBackChanged(held_back);
  return verdict;
}

async function recordHold(
  { integrations, log }: Ports,
  { project, id, held_back: known }: Integration,
  held_back: HeldBack | null,
): Promise<void> {
  if (isSameHold(known, held_back)) return;
  if (held_back)
    log.warn('deletions held back', { project, integration: id, because: explainHold(held_back) });
  await retryOnConflict(async () => {
    const latest = await integrations.get(project, id);
    if (latest) await integrations.save({ ...latest, held_back, version: latest.version + 1 });
  });
}

/** The error for a confirmation of deletions that are not the ones held back now. */
export function heldBackChanged(held_back: HeldBack | null): BoughError {
  const now =
    held_back === null ? 'nothing is held back' : `${held_back.count} other deletions are held back`;
  return new BoughError('held_back_changed', `Nothing was deleted: ${now}.`);
}
