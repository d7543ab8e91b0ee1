import type { RateBudget } from '../domain/integrations/rate-budget.ts';

/** The calls to each Bitbucket account, which all functions count together. */
export interface RateBudgets {
  /** Null for an account that was not called for hours. */
  get(account: string): Promise<RateBudget | null>;
  /** Stores a budget whose `version` is one more than the stored one (1 when there is none). */
  save(budget: RateBudget): Promise<void>;
}
