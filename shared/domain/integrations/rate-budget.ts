import { secondsAfter, secondsBetween } from '../values/time.ts';

/** The calls of all functions to one Bitbucket account, counted per hour. */
export interface RateBudget {
  /** An id of the account that contains no credentials. */
  account: string;
  /** The hour of `calls`, in hours since 1970. */
  hour: number;
  calls: number;
  /** The calls of the previous hour. */
  calls_before: number;
  /** The part of `calls` that the schedule made. */
  scheduled: number;
  scheduled_before: number;
  /** The end of the pause after a refusal; null before the first refusal. */
  closed_until: string | null;
  /** Consecutive refusals. */
  refusals: number;
  /** Incremented by each write. */
  version: number;
}

/** The most calls of an account per hour; null when the server has no such limit. */
export type HourlyLimit = number | null;

/**
 * The urgency of a call. Calls of the schedule can be repeated, so they leave a part of the hourly limit to deployments,
 * which users wait for.
 */
export type Urgency = 'deployment' | 'schedule';

/** The part of the hourly limit that calls of each urgency may use. */
export const share: Record<Urgency, number> = { deployment: 1, schedule: 0.7 };
/** The part of the hourly limit that the schedule's own calls may use. */
export const scheduledShare = 0.3;

const hourSeconds = 3600;
/** The pause after the first 429, in seconds; each further 429 doubles it. */
export const shortestClosure = 10;
/** The longest pause after a 429 without `Retry-After`, in seconds. */
export const longestClosure = 300;
/** Refusals further apart than this are not consecutive. */
const rowSeconds = 900;

/** A budget without calls. */
export function newBudget(account: string, now: string): RateBudget {
  const hour = hourOf(now);
  return {
    account,
    hour,
    calls: 0,
    calls_before: 0,
    scheduled: 0,
    scheduled_before: 0,
    closed_until: null,
    refusals: 0,
    version: 0,
  };
}

/**
 * The budget with this number of additional calls, made now.
 * @param scheduled how many of them the schedule made
 */
export function withCalls(before: RateBudget, calls: number, now: string, scheduled = 0): RateBudget {
  const budget = rolled(before, now);
  return { ...budget, calls: budget.calls + calls, scheduled: budget.scheduled + scheduled };
}

/**
 * The budget after Bitbucket refused a call with a 429. Without a `Retry-After`, the pauses double from 10 seconds to 5
 * minutes.
 * @param retryAfter seconds that the server asked for
 */
export function closed(before: RateBudget, retryAfter: number | undefined, now: string): RateBudget {
  const budget = rolled(before, now);
  const { closed_until } = budget;
  const isNew = closed_until === null || secondsBetween(closed_until, now) > rowSeconds;
  const refusals = isNew ? 1 : budget.refusals + 1;
  const seconds = retryAfter ?? Math.min(shortestClosure * 2 ** (refusals - 1), longestClosure);
  const until = secondsAfter(now, seconds);
  return { ...budget, refusals, closed_until: closed_until && closed_until > until ? closed_until : until };
}

/** The reason for which a call has to wait, and for how many seconds; null when the call is allowed now. */
export function obstacle(
  stored: RateBudget,
  limit: HourlyLimit,
  urgency: Urgency,
  now: string,
): { because: string; seconds: number } | null {
  if (stored.closed_until !== null && stored.closed_until > now) {
    const seconds = Math.ceil(secondsBetween(now, stored.closed_until));
    return { because: `Bitbucket refuses calls until ${stored.closed_until}`, seconds };
  }
  if (limit === null) return null;
  const budget = rolled(stored, now);
  const allowed = Math.floor(limit * share[urgency]);
  const seconds = secondsUntil(budget, allowed, now);
  if (seconds > 0)
    return { because: `${allowed} of the ${limit} calls that Bitbucket allows in an hour are used`, seconds };
  return urgency === 'schedule' ? scheduleObstacle(budget, Math.floor(limit * scheduledShare), now) : null;
}

function scheduleObstacle(budget: RateBudget, allowed: number, now: string) {
  const { hour, scheduled: calls, scheduled_before: calls_before } = budget;
  const seconds = secondsUntil({ hour, calls, calls_before }, allowed, now);
  if (seconds === 0) return null;
  return { because: `the ${allowed} calls that the schedule may make in an hour are used`, seconds };
}

/** Seconds until a sliding hour allows another call. The previous hour counts by the fraction inside the window. */
function secondsUntil(
  { hour, calls, calls_before }: Pick<RateBudget, 'hour' | 'calls' | 'calls_before'>,
  allowed: number,
  now: string,
): number {
  const passed = secondsBetween(startOf(hour), now);
  const inside = (count: number, seconds: number) => count * (1 - seconds / hourSeconds);
  if (inside(calls_before, passed) + calls < allowed) return 0;
  const whenFits = (count: number, room: number) => Math.ceil(hourSeconds * (1 - room / count)) + 1;
  const seconds =
    calls < allowed
      ? whenFits(calls_before, allowed - calls) - passed
      : hourSeconds - passed + whenFits(calls, allowed);
  return Math.max(Math.ceil(seconds), 1);
}

/** The budget with its counts moved to the current hour. */
function rolled(budget: RateBudget, now: string): RateBudget {
  const hour = hourOf(now);
  // A clock that is behind must not start a new hour.
  if (hour <= budget.hour) return budget;
  const isNext = hour === budget.hour + 1;
  return {
    ...budget,
    hour,
    calls: 0,
    calls_before: isNext ? budget.calls : 0,
    scheduled: 0,
    scheduled_before: isNext ? budget.scheduled : 0,
  };
}

const epoch = '1970-01-01T00:00:00.000Z';

function hourOf(now: string): number {
  return Math.floor(secondsBetween(epoch, now) / hourSeconds);
}

function startOf(hour: number): string {
  return secondsAfter(epoch, hour * hourSeconds);
}
