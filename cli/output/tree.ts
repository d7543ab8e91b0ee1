/** An item and its depth in the tree. */
export interface TreeItem<T> {
  item: T;
  /** 0 at the root. */
  depth: number;
}

interface Node {
  id: string;
  parent: string | null;
}

/** Sorts items depth-first; siblings keep their order. An item with a missing parent is at the root. */
export function treeOrder<T extends Node>(items: readonly T[]): TreeItem<T>[] {
  const ids = new Set(items.map(({ id }) => id));
  const children = new Map<string | null, T[]>();
  for (const item of items) {
    const parent = item.parent !== null && ids.has(item.parent) ? item.parent : null;
    const siblings = children.get(parent) ?? [];
    siblings.push(item);
    children.set(parent, siblings);
  }
  const ordered = new Map<string, TreeItem<T>>();
  const visit = (item: T, depth: number): void => {
    if (ordered.has(item.id)) return;
    ordered.set(item.id, { item, depth });
    for (const child of children.get(item.id) ?? []) visit(child, depth + 1);
  };
  for (const item of children.get(null) ?? []) visit(item, 0);
  // A cycle of parents has no root; append its items.
  for (const item of items) visit(item, 0);
  return [...ordered.values()];
}
