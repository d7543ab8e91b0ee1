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
 * Asks for what a project's mirror needs, found out by one cheap read: other tags, a shorter chain, a sweep.
 * A failure fails nothing else, as the next prune looks again.
 */
export async function keepMirror(
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
    log.warn('the mirror was not looked at', { ...subject, error });
  }
}
