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

/** Seconds after which a delayed activity fails. */
export const longestSeconds = 6 * 3600;
/** The shortest pause between two tries, in seconds. */
export const shortestPause = 10;
/** The longest pause between two tries, in seconds. */
export const longestPause = 300;

/**
 * The delay of an activity that met an obstacle now; null when the activity has waited for the longest time.
 * The pause grows with the time waited so far, from 10 s to 5 min, and is never shorter than the server asks for.
 * @param retryAfter seconds that the server asked for
 * @param chance a random number from 0 to 1, which spreads the next tries of activities with the same obstacle
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

/** The longest delay of an SQS message, in seconds. */
const longestHold = 900;

/** Whole seconds until the activity's next try, limited to the longest delay of a message; 0 when the try is due. */
export function secondsUntilNextTry({ delay }: Pick<Activity, 'delay'>, now: string): number {
  if (!delay?.next_try) return 0;
  const left = Math.ceil(secondsBetween(now, delay.next_try));
  return Math.min(Math.max(left, 0), longestHold);
}

/** The parts of a run message that identify the try. */
export interface RunMessage {
  activity: Pick<Activity, 'id' | 'delay'>;
  /** Set when the activity was started before and its function may have terminated. */
  again?: boolean;
  /** The receive count of the message, starting at 1. */
  receipt: number;
}

/** The effect of a run message on an activity that may be suspended. */
export type Resumption =
  | { verdict: 'ignore'; because: string }
  | { verdict: 'sleep'; seconds: number }
  | { verdict: 'begin'; activity: Activity };

/**
 * Resumes a suspended activity when its next try is due. Each suspension has one message, so duplicate messages have no
 * effect; a redelivered message takes over.
 */
export function resume(activity: Activity, message: RunMessage, now: string): Resumption {
  const { delay } = activity;
  if (!delay || !isSuspended(activity)) return { verdict: 'begin', activity };
  const isOwn = message.activity.delay?.next_try === delay.next_try;
  if (!isOwn && !isRestart(message)) {
    return { verdict: 'ignore', because: 'another message resumes it' };
  }
  const seconds = secondsUntilNextTry(activity, now);
  if (seconds > 0) return { verdict: 'sleep', seconds };
  return { verdict: 'begin', activity: { ...activity, delay: { ...delay, next_try: null } } };
}

/** An activity fails when its function has terminated after this many starts. */
export const mostStarts = 4;

/** The activity with this start counted; null when it has too many. The decision counts the first start. */
export function countStart(activity: Activity, message: RunMessage): Activity | null {
  if (!isRestart(message)) return activity;
  return activity.starts < mostStarts ? { ...activity, starts: activity.starts + 1 } : null;
}

function isRestart({ receipt, again }: RunMessage): boolean {
  return receipt > 1 || again === true;
}

/**
 * Suspends the running activity. A cancelled activity, or one that a queued activity supersedes, ends instead. Null when
 * the queue does not contain the activity.
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

/** Minutes after which the message of a suspended activity that is due counts as lost. */
export const overdueMinutes = 5;
/** Minutes after which a running activity without a build counts as lost; longer than a function's time limit. */
export const lostAfterMinutes = 20;

/** The running activity if its message may be lost; otherwise undefined. */
export function lostActivity(open: readonly Activity[], now: string): Activity | undefined {
  const activity = open.find(({ state }) => state === 'in_progress');
  if (!activity) return undefined;
  const [since, minutes] = activity.delay?.next_try
    ? [activity.delay.next_try, overdueMinutes]
    : [activity.started_at ?? now, lostAfterMinutes];
  return minutesBetween(since, now) < minutes ? undefined : activity;
}
