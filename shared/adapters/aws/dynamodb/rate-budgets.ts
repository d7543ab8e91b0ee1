import * as z from 'zod/mini';
import type { RateBudget } from '../../../domain/integrations/rate-budget.ts';
import type { RateBudgets } from '../../../ports/rate-budgets.ts';
import type { Place, Table } from './table.ts';

const RateBudgetRecord: z.ZodMiniType<RateBudget> = z.object({
  account: z.string(),
  hour: z.int(),
  calls: z.int(),
  calls_before: z.int(),
  scheduled: z._default(z.int(), 0),
  scheduled_before: z._default(z.int(), 0),
  closed_until: z.nullable(z.string()),
  refusals: z.int(),
  version: z.int(),
});

/** A budget of earlier hours has no effect. */
const keptHours = 3;

const place = (account: string): Place => ({ pk: `BITBUCKET#${account}`, sk: 'CALLS' });

/** Stores the call budgets of Bitbucket accounts in the table. The items expire. */
export function dynamoRateBudgets(table: Table): RateBudgets {
  return {
    get: (account) => table.get(place(account), RateBudgetRecord),
    save: (budget) =>
      table.save(place(budget.account), { ...budget, expires_at: (budget.hour + keptHours) * 3600 }),
  };
}
