import {
  closed,
  type HourlyLimit,
  newBudget,
  obstacle,
  type RateBudget,
  type Urgency,
  withCalls,
} from '../../domain/integrations/rate-budget.ts';
import { secondsBetween } from '../../domain/values/time.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { RateBudgets } from '../../ports/rate-budgets.ts';
import { StoreConflict } from '../../ports/store-conflict.ts';
import { retryAfterOf } from '../rest/error-response.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** Dependencies of the shared rate limiters. */
export interface RateLimiterPorts {
  budgets: RateBudgets;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** Returns the rate limiter of an account, for calls of one urgency. A null `limit` means that only 429 responses limit. */
export type RateLimiterFor = (account: string, limit: HourlyLimit, urgency: Urgency) => RateLimiter;

/** A process counts this many calls in memory before it adds them to the account's record. */
export const callsPerReport = 10;
/** A process re-reads the account's budget after this time. */
const freshSeconds = 60;
const mostConflicts = 3;

/**
 * Creates the rate limiters of a process, which share one budget per Bitbucket account with all other processes
 * through the table. A process adds its calls to the budget ten at a time. Errors of the table never stop a call.
 */
export function sharedRateLimiters({ budgets, clock, log }: RateLimiterPorts): RateLimiterFor {
  const accounts = new Map<string, Account>();

  /** Writes a change. After a conflict the change is applied to the newly read budget. */
  async function write(account: Account, change: (budget: RateBudget) => RateBudget): Promise<void> {
    for (let conflicts = 0; ; conflicts += 1) {
      const before = await read(account);
      const after = { ...change(before), version: before.version + 1 };
      try {
        await budgets.save(after);
        account.budget = after;
        return;
      } catch (error) {
        if (!(error instanceof StoreConflict) || conflicts === mostConflicts) throw error;
      }
    }
  }

  async function read(account: Account): Promise<RateBudget> {
    const now = clock.now();
    const budget = (await budgets.get(account.id)) ?? newBudget(account.id, now);
    Object.assign(account, { budget, read_at: now });
    return budget;
  }

  const tolerant = (work: Promise<unknown>) =>
    work.catch((error: unknown) =>
      log.warn('the Bitbucket call budget could not be read or written', { error }),
    );

  async function report(account: Account): Promise<void> {
    const add = unreportedOf(account);
    await tolerant(write(account, (budget) => add(budget, clock.now())));
  }

  return (id, limit, urgency) => {
    const account = accounts.get(id) ?? {
      id,
      budget: null,
      read_at: '',
      limit: 0,
      unreported: 0,
      scheduled: 0,
    };
    accounts.set(id, account);
    return {
      async acquire() {
        const now = clock.now();
        if (!account.budget || secondsBetween(account.read_at, now) > freshSeconds) {
          account.read_at = now;
          await tolerant(read(account));
        }
        const known = withCalls(
          account.budget ?? newBudget(id, now),
          account.unreported,
          now,
          account.scheduled,
        );
        const wait = obstacle(known, limit && Math.max(limit, account.limit), urgency, now);
        if (wait) throw tooMany(wait);
        account.unreported += 1;
        if (urgency === 'schedule') account.scheduled += 1;
        if (account.unreported >= callsPerReport) await report(account);
      },
      async recordResponse(response) {
        const headerLimit = Number(response.headers.get('x-ratelimit-limit'));
        if (limit !== null && headerLimit > limit) account.limit = headerLimit;
        if (response.status !== 429) return;
        const add = unreportedOf(account);
        const now = clock.now();
        await tolerant(write(account, (budget) => closed(add(budget, now), retryAfterOf(response), now)));
      },
    };
  };
}

interface Account {
  id: string;
  budget: RateBudget | null;
  read_at: string;
  /** Calls per hour, as Bitbucket's response headers state. */
  limit: number;
  /** Calls of this process that are not in the table yet. */
  unreported: number;
  /** The part of them that the schedule made. */
  scheduled: number;
}

/** Takes the unreported calls of an account, and returns the function that adds them to a budget. */
function unreportedOf(account: Account): (budget: RateBudget, now: string) => RateBudget {
  const { unreported, scheduled } = account;
  Object.assign(account, { unreported: 0, scheduled: 0 });
  return (budget, now) => withCalls(budget, unreported, now, scheduled);
}

function tooMany({ because, seconds }: { because: string; seconds: number }): BoughError {
  return new BoughError('git_host_rate_limited', `${because}.`, { retryAfter: seconds });
}
