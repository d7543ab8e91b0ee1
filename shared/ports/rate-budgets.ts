import type { RateBudget } from '../domain/integrations/rate-budget.ts';

/** The store of call counts per Bitbucket account, which all functions share. */
export interface RateBudgets {
  /** Null for an account without recent calls. */
  get(account: string): Promise<RateBudget | null>;
  /**
   * Stores a budget, whose `version` must be one more than the stored one (1 when there must be none).
   * @throws StoreConflict
   */
  save(budget: RateBudget): Promise<void>;
}
