import { secondsAfter, secondsBetween } from '../values/time.ts';

/** The calls of all functions to one Bitbucket account, counted by the hour. */
export interface RateBudget {
  /** Names the account, without its credentials. */
  account: string;
  /** The hour that `calls` counts, in hours since 1970. */
  hour: number;
  calls: number;
  /** The calls of the hour before. */
  calls_before: number;
  /** Until when Bitbucket wants no calls; null when it has not refused any lately. */
  closed_until: string | null;
  /** Refusals in a row. */
  refusals: number;
  /** Grows by one with every write. */
  version: number;
}

/** The calls that an account may make in an hour; null where the server does not say. */
export type HourlyLimit = number | null;

/**
 * The importance of a call. The schedule repeats itself, so its calls leave a part of the hour's calls to deployments,
 * which people wait for.
 */
export type Urgency = 'deployment' | 'schedule';

/** The part of the hourly limit that calls of each urgency may use. */
export const share: Record<Urgency, number> = { deployment: 1, schedule: 0.7 };

const hourSeconds = 3600;
/** Seconds without calls after the first 429; each further one doubles them. */
export const shortestClosure = 10;
/** The most seconds without calls after a 429 without `Retry-After`. */
export const longestClosure = 300;
/** A refusal that came so long after the one before is the first of a row. */
const rowSeconds = 900;

export function newBudget(account: string, now: string): RateBudget {
  const hour = hourOf(now);
  return { account, hour, calls: 0, calls_before: 0, closed_until: null, refusals: 0, version: 0 };
}

/** The budget with so many calls more, which were made just now. */
export function withCalls(before: RateBudget, calls: number, now: string): RateBudget {
  const budget = rolled(before, now);
  return { ...budget, calls: budget.calls + calls };
}

/**
 * The budget after Bitbucket has refused a call because there were too many. Without a time from the server the pauses
 * double from 10 seconds to 5 minutes.
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

/** The reason for which a call has to wait, and the seconds until it may be made; null when it may be made now. */
export function obstacle(
  stored: RateBudget,
  limit: HourlyLimit,
  urgency: Urgency,
  now: string,
): { because: string; seconds: number } | null {
  if (stored.closed_until !== null && stored.closed_until > now) {
    const seconds = Math.ceil(secondsBetween(now, stored.closed_until));
    return { because: `Bitbucket wants no calls before ${stored.closed_until}`, seconds };
  }
  if (limit === null) return null;
  const allowed = Math.floor(limit * share[urgency]);
  const seconds = secondsUntil(rolled(stored, now), allowed, now);
  if (seconds === 0) return null;
  return { because: `${allowed} of the ${limit} calls that Bitbucket allows in an hour are used`, seconds };
}

/** Seconds until another call fits into a sliding hour; the hour before counts by the part of it that is still inside. */
function secondsUntil({ hour, calls, calls_before }: RateBudget, allowed: number, now: string): number {
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

/** The same budget, seen from the present hour. */
function rolled(budget: RateBudget, now: string): RateBudget {
  const hour = hourOf(now);
  // A clock that is behind must not open a new window.
  if (hour <= budget.hour) return budget;
  return { ...budget, hour, calls: 0, calls_before: hour === budget.hour + 1 ? budget.calls : 0 };
}

const epoch = '1970-01-01T00:00:00.000Z';

function hourOf(now: string): number {
  return Math.floor(secondsBetween(epoch, now) / hourSeconds);
}

function startOf(hour: number): string {
  return secondsAfter(epoch, hour * hourSeconds);
}
