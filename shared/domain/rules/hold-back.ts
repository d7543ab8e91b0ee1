import { type Environment, willBeDeleted } from '../environments/environment.ts';
import { fingerprint } from '../values/fingerprint.ts';
import { type HeldBack, mostAtOnce, type PruneLimit } from './prune-limit.ts';
import type { PlannedChange } from './reconcile.ts';

/** The integration's record names at most this many of the held back environments. */
export const mostNamed = 100;

interface HoldBackContext {
  limit: PruneLimit;
  /** The digest of the deletions that a user wants done in spite of the limit. */
  confirmed: string | null;
  before: HeldBack | null;
  now: string;
}

/**
 * Lets changes through, or holds back all deletions among them when they are more than the limit allows: a repository
 * that loses most of its branches at once was rather damaged than tidied up.
 * @param environments all of the project's
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
