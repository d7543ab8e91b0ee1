import { type Environment, willBeDeleted } from '../environments/environment.ts';
import { fingerprint } from '../values/fingerprint.ts';
import { type HeldBack, mostAtOnce, type PruneLimit } from './prune-limit.ts';
import type { PlannedChange } from './reconcile.ts';

/** The most held back environments that the integration's record lists. */
export const mostNamed = 100;

interface HoldBackContext {
  limit: PruneLimit;
  /** The digest of the deletions that a user confirmed in spite of the limit. */
  confirmed: string | null;
  before: HeldBack | null;
  now: string;
}

/**
 * Passes changes on, or holds back all deletions among them when there are more than the limit: a repository that loses
 * most of its branches at once is more likely damaged than cleaned up.
 * @param environments all environments of the project
 */
export function holdBack(
  changes: readonly PlannedChange[],
  environments: readonly Environment[],
  { limit, confirmed, before, now }: HoldBackContext,
): { passed: PlannedChange[]; held_back: HeldBack | null } {
  const ids = changes.filter(isDeletion).map(({ environment }) => environment);
  const total = environments.filter((environment) => !willBeDeleted(environment)).length;
  const most = mostAtOnce(limit, total);
  const digest = fingerprint(ids);
  if (ids.length <= most || digest === confirmed) return { passed: [...changes], held_back: null };
  return {
    passed: changes.filter((change) => !isDeletion(change)),
    held_back: {
      digest,
      count: ids.length,
      ids: ids.toSorted().slice(0, mostNamed),
      because: `${ids.length} of ${total} environments would be deleted at once, and the limit is ${most}`,
      since: before?.since ?? now,
    },
  };
}

function isDeletion({ change }: PlannedChange): boolean {
  return change === 'delete';
}
