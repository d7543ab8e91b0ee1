import type { Activity } from '../../domain/activities/activity.ts';
import type { Integration } from '../../domain/integrations/integration.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { EffectQueue } from '../../ports/queues.ts';
import { commitQueue, enqueueAll, pruneRequest } from '../commit/integration-activities.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { type PreviewPorts, previewPrune } from './preview-prune.ts';
import { heldBackChanged } from './steps/send-changes.ts';

interface Ports extends PreviewPorts {
  integrations: Pick<Integrations, 'get' | 'save'>;
  effects: EffectQueue;
  clock: Clock;
}

/**
 * Queues a prune that a user requests.
 * @param confirm the digest of the held-back deletions that the user confirms; true confirms the recorded ones
 * @throws BoughError `held_back_changed` when the confirmed deletions are not those held back
 */
export async function requestPrune(
  ports: Ports,
  integration: Integration,
  confirm: string | boolean,
): Promise<{ integration: Integration; started: Activity[] }> {
  const { project, id } = integration;
  const confirms = await confirmedDigest(ports, integration, confirm);
  return retryOnConflict(async () => {
    const before = await ports.integrations.get(project, id);
    if (!before) throw new BoughError('not_found', `There is no integration ${id} in project ${project}.`);
    const known = new Set(before.activities.map((activity) => activity.id));
    const queue = enqueueAll(before.activities, [pruneRequest(before, confirms)], ports.clock);
    const after = await commitQueue(ports, before, queue);
    return { integration: after, started: after.activities.filter((activity) => !known.has(activity.id)) };
  });
}

async function confirmedDigest(
  ports: PreviewPorts,
  integration: Integration,
  confirm: string | boolean,
): Promise<string | null> {
  const { held_back } = integration;
  if (confirm === false) return null;
  if (confirm === true) {
    if (!held_back) throw heldBackChanged(null);
    return held_back.digest;
  }
  if (confirm === held_back?.digest) return confirm;
  // The record is from the last prune. The user may have confirmed a newer preview.
  const { held_back: now } = await previewPrune(ports, integration);
  if (now?.digest !== confirm) throw heldBackChanged(now);
  return confirm;
}
