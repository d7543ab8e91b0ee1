import type { Activity } from '../../../domain/activities/activity.ts';
import { type RunMessage, resume } from '../../../domain/activities/delay.ts';
import type { RunEffect } from '../../../domain/activities/effect.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { EffectQueue } from '../../../ports/queues.ts';

interface Ports {
  effects: EffectQueue;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/**
 * Resumes the activity of a message when it is due; null when it waits on, or when another message resumes it.
 * @param again the message that is sent again when the activity waits on
 */
export async function resumeWaiting(
  { effects, clock, log }: Ports,
  activity: Activity,
  message: RunMessage,
  again: RunEffect,
): Promise<Activity | null> {
  const waking = resume(activity, message, clock.now());
  if (waking.verdict === 'begin') return waking.activity;
  if (waking.verdict === 'sleep') await effects.send([again], waking.seconds);
  else
    log.info('activity ignored', { project: again.project, activity: activity.id, because: waking.because });
  return null;
}
