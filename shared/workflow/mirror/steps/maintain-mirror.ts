import type { Effect } from '../../../domain/activities/effect.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import { whyRenew } from '../../../domain/mirror/mirror-chain.ts';
import type { RefListing } from '../../../domain/mirror/refs.ts';
import { isSweepDue } from '../../../domain/mirror/superseded-bundles.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';
import type { EffectQueue } from '../../../ports/queues.ts';
import { hasOtherTags } from './tags.ts';

interface Ports {
  mirrors: Pick<Mirrors, 'size'>;
  effects: EffectQueue;
  clock: Clock;
  log: Log;
}

/**
 * Queues the maintenance that a project's mirror needs: its tags, a renewal or a sweep. Costs one small read.
 * A failure is logged only, because the next prune checks the mirror again.
 */
export async function maintainMirror(
  { mirrors, effects, clock, log }: Ports,
  integration: Integration,
  listing: RefListing,
): Promise<void> {
  const subject = { project: integration.project, integration: integration.id };
  try {
    const size = await mirrors.size(subject.project);
    if (!size) return;
    const due: Effect[] = [];
    if (hasOtherTags(integration, listing, size.tags)) due.push({ type: 'mirror.tags', ...subject });
    if (whyRenew(size) || isSweepDue(size, clock.now())) due.push({ type: 'mirror.compact', ...subject });
    if (due.length > 0) await effects.send(due);
  } catch (error) {
    log.warn('the mirror could not be checked', { ...subject, error });
  }
}
