import type { QueuedEvent } from '../../../domain/deliveries/delivery.ts';
import { boundedNote, type Outcome, summaryOf } from '../../../domain/deliveries/delivery-note.ts';
import { explain } from '../../../errors.ts';
import type { Deliveries } from '../../../ports/deliveries.ts';
import type { Log } from '../../../ports/log.ts';

interface Ports {
  deliveries: Pick<Deliveries, 'record'>;
  log: Log;
}

/**
 * Notes what became of a change of a delivery, for users who miss its effect. The work is done already, so a failure is
 * logged only.
 */
export async function noteDelivery(
  { deliveries, log }: Ports,
  { project, integration, event, delivery, delivered_at: at, part }: QueuedEvent,
  outcome: Outcome,
): Promise<void> {
  if (!part || delivery === undefined || at === undefined || event.type === 'delivery.refused') return;
  const change = event.type === 'delivery.ignored' ? null : { ...summaryOf(event), ...outcome };
  const note = boundedNote({ ...part, delivery, at, change });
  await deliveries.record(project, integration, note).catch((error: unknown) => {
    log.warn('delivery not noted', { project, integration, delivery, because: explain(error) });
  });
}
