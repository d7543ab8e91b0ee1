export interface Branch<T> {
  item: T;
  /** 0 at the root. */
  depth: number;
}

interface Node {
  id: string;
  parent: string | null;
}

/** Items in the order of their tree, siblings in the order given. Whose parent is missing stands at the root. */
export function growTree<T extends Node>(items: readonly T[]): Branch<T>[] {
  const ids = new Set(items.map(({ id }) => id));
  const children = new Map<string | null, T[]>();
  for (const item of items) {
    const parent = item.parent !== null && ids.has(item.parent) ? item.parent : null;
    const siblings = children.get(parent) ?? [];
    siblings.push(item);
    children.set(parent, siblings);
  }
  const grown = new Map<string, Branch<T>>();
  const grow = (item: T, depth: number): void => {
    if (grown.has(item.id)) return;
    grown.set(item.id, { item, depth });
    for (const child of children.get(item.id) ?? []) grow(child, depth + 1);
  };
  for (const item of children.get(null) ?? []) grow(item, 0);
  // Parents in a circle have no root, and are shown all the same.
  for (const item of items) grow(item, 0);
  return [...grown.values()];
}
