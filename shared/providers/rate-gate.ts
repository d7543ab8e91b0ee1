import {
  closed,
  type HourlyLimit,
  newBudget,
  obstacle,
  type RateBudget,
  type Urgency,
  withCalls,
} from '../domain/integrations/rate-budget.ts';
import { secondsBetween } from '../domain/values/time.ts';
import { BoughError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { RateBudgets } from '../ports/rate-budgets.ts';
import { StoreConflict } from '../ports/store-conflict.ts';
import type { Gate } from './gate.ts';
import { retryAfterOf } from './refusal.ts';

export interface GatePorts {
  budgets: RateBudgets;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** Opens the gate of an account, for calls of one urgency. */
export type OpenGate = (account: string, limit: HourlyLimit, urgency: Urgency) => Gate;

/** A process counts this many calls in memory before it adds them to the account's record. */
export const callsPerReport = 10;
/** For so long a process relies on what it has read of the others. */
const freshSeconds = 60;
const mostConflicts = 3;

/**
 * The gates of a process. A process counts its calls to an account, adds ten at a time to the account's budget in the
 * table, and learns there of the others' calls, and of refusals. A table that does not answer stops no call.
 */
export function rateGates({ budgets, clock, log }: GatePorts): OpenGate {
  const accounts = new Map<string, Account>();

  /** Writes a change; the change is tried again on what others have written meanwhile. */
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
    work.catch((error: unknown) => log.warn('the calls to Bitbucket could not be shared', { error }));

  async function report(account: Account): Promise<void> {
    const { unreported } = account;
    account.unreported = 0;
    await tolerant(write(account, (budget) => withCalls(budget, unreported, clock.now())));
  }

  return (id, limit, urgency) => {
    const account = accounts.get(id) ?? { id, budget: null, read_at: '', limit: 0, unreported: 0 };
    accounts.set(id, account);
    return {
      async enter() {
        const now = clock.now();
        if (!account.budget || secondsBetween(account.read_at, now) > freshSeconds) {
          account.read_at = now;
          await tolerant(read(account));
        }
        const known = withCalls(account.budget ?? newBudget(id, now), account.unreported, now);
        const wait = obstacle(known, limit && Math.max(limit, account.limit), urgency, now);
        if (wait) throw tooMany(wait);
        account.unreported += 1;
        if (account.unreported >= callsPerReport) await report(account);
      },
      async heard(answer) {
        const told = Number(answer.headers.get('x-ratelimit-limit'));
        if (limit !== null && told > limit) account.limit = told;
        if (answer.status !== 429) return;
        const { unreported } = account;
        account.unreported = 0;
        const now = clock.now();
        await tolerant(
          write(account, (budget) => closed(withCalls(budget, unreported, now), retryAfterOf(answer), now)),
        );
      },
    };
  };
}

interface Account {
  id: string;
  budget: RateBudget | null;
  read_at: string;
  /** The calls an hour that Bitbucket has named. */
  limit: number;
  /** Calls of this process that the others do not know of. */
  unreported: number;
}

function tooMany({ because, seconds }: { because: string; seconds: number }): BoughError {
  return new BoughError('git_host_rate_limited', `${because}.`, { retryAfter: seconds });
}
