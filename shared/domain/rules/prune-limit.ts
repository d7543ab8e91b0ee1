/** The most environments of a project that one prune deletes: `environments`, or `percent` of all if that is more. */
export interface PruneLimit {
  environments: number;
  percent: number;
}

/** The limit of a new integration. */
export const defaultPruneLimit: PruneLimit = { environments: 5, percent: 20 };

/** The most environments of `total` that may be deleted at once. */
export function mostAtOnce({ environments, percent }: PruneLimit, total: number): number {
  return Math.max(environments, Math.floor((total * percent) / 100));
}

/** The deletions that are held back because their number exceeds the limit. */
export interface HeldBack {
  /** Identifies the set of environments. */
  digest: string;
  count: number;
  /** The first ids in alphabetical order. */
  ids: string[];
  because: string;
  /** The time since which any deletions are held back. */
  since: string;
}

/** True when both are null, or have the same deletions and reason. */
export function isSameHold(a: HeldBack | null, b: HeldBack | null): boolean {
  return a?.digest === b?.digest && a?.because === b?.because;
}

/** The message about held back deletions, with the ways to release and to avoid them. */
export function explainHold({ because, ids, count }: HeldBack): string {
  const named = ids.slice(0, 5).join(', ');
  const more = count > 5 ? `, and ${count - 5} more` : '';
  return `${because} (${named}${more}). To delete them: bough integration:prune --confirm. If not, push the branches again.`;
}
