import { minutesBetween, secondsAfter, secondsBetween } from '../values/time.ts';
import {
  type Activity,
  type ActivityQueue,
  changed,
  type Delay,
  finish,
  isSuspended,
  replaces,
} from './activity.ts';

/** An activity that has waited this long fails. */
export const longestSeconds = 6 * 3600;
/** Seconds, the shortest pause between two tries. */
export const shortestPause = 10;
/** Seconds, the longest pause between two tries. */
export const longestPause = 300;

/**
 * The delay of an activity that met an obstacle now; null when it has waited long enough.
 * The pause grows with the time waited so far, from 10 s to 5 min, and is never shorter than the server asks for.
 * @param retryAfter seconds that the server asked for
 * @param chance from 0 to 1, so that many that wait for the same do not come back at the same moment
 */
export function delayed(
  before: Delay | null,
  { because, retryAfter = 0 }: { because: string; retryAfter?: number | undefined },
  now: string,
  chance: number,
): (Delay & { next_try: string }) | null {
  const since = before?.since ?? now;
  const waited = secondsBetween(since, now);
  const left = longestSeconds - waited;
  if (left <= 0) return null;
  const pause = Math.min(Math.max(waited / 2, shortestPause), longestPause) * (1 + chance / 2);
  return { because, since, next_try: secondsAfter(now, Math.min(Math.max(pause, retryAfter), left)) };
}

/** The longest that SQS holds a message back, in seconds. */
const longestHold = 900;

/** Whole seconds until the activity's next try, at most as many as a queue can hold a message back; 0 when it is due. */
export function secondsUntilNextTry({ delay }: Pick<Activity, 'delay'>, now: string): number {
  if (!delay?.next_try) return 0;
  const left = Math.ceil(secondsBetween(now, delay.next_try));
  return Math.min(Math.max(left, 0), longestHold);
}

/** The message that asks for an activity to be done, as far as it says which try it is for. */
export interface RunMessage {
  activity: Pick<Activity, 'id' | 'delay'>;
  /** Set when the activity was begun before and its runner may have died. */
  again?: boolean;
  /** How often the queue has given out this message, this time included. */
  receipt: number;
}

/** The meaning of a message for an activity that may sleep. */
export type Resumption =
  | { verdict: 'ignore'; because: string }
  | { verdict: 'sleep'; seconds: number }
  | { verdict: 'begin'; activity: Activity };

/**
 * Wakes a sleeping activity when it is due. Each sleep has one message of its own, so that messages which arrive twice
 * do not multiply; a message that came back after a death takes over.
 */
export function resume(activity: Activity, message: RunMessage, now: string): Resumption {
  const { delay } = activity;
  if (!delay || !isSuspended(activity)) return { verdict: 'begin', activity };
  const isOwn = message.activity.delay?.next_try === delay.next_try;
  if (!isOwn && !isRestart(message)) {
    return { verdict: 'ignore', because: 'another message wakes it' };
  }
  const seconds = secondsUntilNextTry(activity, now);
  if (seconds > 0) return { verdict: 'sleep', seconds };
  return { verdict: 'begin', activity: { ...activity, delay: { ...delay, next_try: null } } };
}

/** An activity fails when its runner has died after this many starts. */
export const mostStarts = 4;

/** The activity with this start counted; null when there were too many. The first start is counted by the decision. */
export function countStart(activity: Activity, message: RunMessage): Activity | null {
  if (!isRestart(message)) return activity;
  return activity.starts < mostStarts ? { ...activity, starts: activity.starts + 1 } : null;
}

function isRestart({ receipt, again }: RunMessage): boolean {
  return receipt > 1 || again === true;
}

/**
 * Puts the activity that runs to sleep. The activity ends instead when a user has cancelled it meanwhile, or when the
 * work behind it makes it pointless.
 */
export function suspendInQueue(
  open: readonly Activity[],
  activity: Activity,
  delay: Delay,
  now: string,
): ActivityQueue | null {
  const { cancelled_because } = activity;
  if (cancelled_because !== null) {
    return finish(open, activity.id, { result: 'cancelled', because: cancelled_because }, now);
  }
  const successor = open.find((other) => other.id !== activity.id && replaces(other, activity));
  if (!successor) return { open: changed(open, { ...activity, delay }), finished: [] };
  return finish(open, activity.id, { result: 'cancelled', because: `superseded: ${successor.text}` }, now);
}

/** A sleeping activity that has been due for this long has lost its message. */
export const overdueMinutes = 5;
/** A running activity without a build has lost its runner after this time, which is longer than a function may run. */
export const lostAfterMinutes = 20;

/** The running activity, if its message may have been lost. */
export function lostActivity(open: readonly Activity[], now: string): Activity | undefined {
  const activity = open.find(({ state }) => state === 'in_progress');
  if (!activity) return undefined;
  const [since, minutes] = activity.delay?.next_try
    ? [activity.delay.next_try, overdueMinutes]
    : [activity.started_at ?? now, lostAfterMinutes];
  return minutesBetween(since, now) < minutes ? undefined : activity;
}
