import { delayed, secondsUntilNextTry } from '../../domain/activities/delay.ts';
import type { Effect } from '../../domain/activities/effect.ts';
import { type BoughError, explain } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { EffectQueue } from '../../ports/queues.ts';

interface Ports {
  effects: EffectQueue;
  clock: Clock;
  log: Log;
  /** A random number from 0 to 1, which spreads the retries of effects that wait for the same limit. */
  chance(): number;
}

/**
 * Sends an effect again with a delay, after a limit or an outage. Delays grow, for six hours in total.
 * @throws the obstacle after six hours; the effect's message becomes a dead letter
 */
export async function postponeEffect(
  { effects, clock, log, chance }: Ports,
  effect: Effect,
  obstacle: BoughError,
): Promise<void> {
  const now = clock.now();
  const since = effect.delayed_since ?? now;
  const { retryAfter } = obstacle;
  const delay = delayed(
    { because: '', since, next_try: null },
    { because: explain(obstacle), retryAfter },
    now,
    chance(),
  );
  if (!delay) throw obstacle;
  await effects.send([{ ...effect, delayed_since: since }], secondsUntilNextTry({ delay }, now));
  log.info('effect postponed', { type: effect.type, project: effect.project, ...delay });
}
