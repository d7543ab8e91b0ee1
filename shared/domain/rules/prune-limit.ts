/** How many environments of a project may be deleted at once: `environments`, or `percent` of all if that is more. */
export interface PruneLimit {
  environments: number;
  percent: number;
}

export const defaultPruneLimit: PruneLimit = { environments: 5, percent: 20 };

/** The most environments of `total` that may be deleted at once. */
export function mostAtOnce({ environments, percent }: PruneLimit, total: number): number {
  return Math.max(environments, Math.floor((total * percent) / 100));
}

/** Deletions that are not done, because they are too many at once. */
export interface HeldBack {
  /** Tells this set of environments from any other. */
  digest: string;
  count: number;
  /** The first of them, in order. */
  ids: string[];
  because: string;
  /** Since when anything is held back, this set or another before it. */
  since: string;
}

/** True when both are nothing, or hold back the same for the same reason. */
export function isSameHold(a: HeldBack | null, b: HeldBack | null): boolean {
  return a?.digest === b?.digest && a?.because === b?.because;
}

/** Says which deletions are held back, why, and how to release or to end that. */
export function explainHold({ because, ids, count }: HeldBack): string {
  const named = ids.slice(0, 5).join(', ');
  const more = count > 5 ? `, and ${count - 5} more` : '';
  return `${because} (${named}${more}). If they are meant to go: bough integration:prune --confirm. If not, push the branches again.`;
}
