import type { EnvironmentRow } from '../../../shared/api/environment.ts';

/** An environment with its depth in the tree of all environments. */
export interface Placed {
  readonly row: EnvironmentRow;
  readonly depth: number;
}

/** An environment of a page of the tree, with those below it on this page. */
export interface Branch {
  readonly row: EnvironmentRow;
  readonly children: Branch[];
  /** True when the tree has environments below it, on any page. */
  readonly isExpandable: boolean;
}

/** The orders of environments with the same parent. */
export type Order = 'name' | 'newest';

const byName = new Intl.Collator('en', { numeric: true });
const ranks = { production: 0, staging: 1, development: 2 } as const;

const orders: Readonly<Record<Order, (a: EnvironmentRow, b: EnvironmentRow) => number>> = {
  name: (a, b) => ranks[a.type] - ranks[b.type] || byName.compare(a.id, b.id),
  newest: (a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at),
};

/** All environments, depth first. An environment whose parent is gone, or is below itself, is at the top. */
export function depthFirst(rows: readonly EnvironmentRow[], order: Order): readonly Placed[] {
  const known = new Set(rows.map(({ id }) => id));
  const children = new Map<string | null, EnvironmentRow[]>();
  for (const row of rows.toSorted(orders[order])) {
    const parent = row.parent !== null && known.has(row.parent) ? row.parent : null;
    const siblings = children.get(parent) ?? [];
    siblings.push(row);
    children.set(parent, siblings);
  }
  const placed: Placed[] = [];
  const seen = new Set<string>();
  const visit = (roots: readonly EnvironmentRow[]) => {
    // A stack of our own: a chain of parents may be longer than the stack of calls.
    const stack = roots.map((row) => ({ row, depth: 0 })).reverse();
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { row, depth } = next;
      if (seen.has(row.id)) continue;
      seen.add(row.id);
      placed.push(next);
      const below = children.get(row.id) ?? [];
      for (const child of below.toReversed()) stack.push({ row: child, depth: depth + 1 });
    }
  };
  visit(children.get(null) ?? []);
  if (placed.length < rows.length) visit(rows);
  return placed;
}

/** The environments that match, without those below a collapsed one. `depth` counts matching ancestors only. */
export function visibleOf(
  placed: readonly Placed[],
  matches: (row: EnvironmentRow) => boolean,
  collapsed: ReadonlySet<string>,
): readonly (Placed & { readonly isExpandable: boolean })[] {
  const visible: { row: EnvironmentRow; depth: number; isExpandable: boolean }[] = [];
  const ancestors: { depth: number; isCollapsed: boolean; shown: { isExpandable: boolean } | null }[] = [];
  for (const { row, depth } of placed) {
    while ((ancestors.at(-1)?.depth ?? -1) >= depth) ancestors.pop();
    if (!matches(row)) continue;
    const above = ancestors.at(-1);
    if (above?.shown) above.shown.isExpandable = true;
    const isHidden = above ? above.isCollapsed : false;
    const shown = isHidden ? null : { row, depth: ancestors.length, isExpandable: false };
    if (shown) visible.push(shown);
    ancestors.push({ depth, isCollapsed: isHidden || collapsed.has(row.id), shown });
  }
  return visible;
}

/** One page of the tree. It begins with the ancestors of its first environment, so that its depth is readable. */
export function pageOf(
  visible: ReturnType<typeof visibleOf>,
  from: number,
  count: number,
): readonly Branch[] {
  const roots: Branch[] = [];
  const stack: Branch[] = [];
  for (const { row, depth, isExpandable } of [
    ...ancestorsAt(visible, from),
    ...visible.slice(from, from + count),
  ]) {
    const branch = { row, children: [], isExpandable };
    stack.length = Math.min(stack.length, depth);
    (stack.at(-1)?.children ?? roots).push(branch);
    stack.push(branch);
  }
  return roots;
}

function ancestorsAt(visible: ReturnType<typeof visibleOf>, index: number): ReturnType<typeof visibleOf> {
  const ancestors: ReturnType<typeof visibleOf>[number][] = [];
  let depth = visible[index]?.depth ?? 0;
  for (let before = index - 1; before >= 0 && depth > 0; before -= 1) {
    const candidate = visible[before];
    if (!candidate || candidate.depth >= depth) continue;
    ancestors.unshift(candidate);
    depth = candidate.depth;
  }
  return ancestors;
}
