export interface Branch<T> {
  item: T;
  /** 0 at the root. */
  depth: number;
}

interface Node {
  id: string;
  title: string;
  parent: string | null;
}

/** Items in the order of their tree, siblings by title. Whose parent is missing stands at the root. */
export function growTree<T extends Node>(items: readonly T[]): Branch<T>[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const sorted = [...items].sort((a, b) => compare(a.title, b.title) || compare(a.id, b.id));
  const ids = new Set(items.map(({ id }) => id));
  const grown = new Map<string, Branch<T>>();

  const grow = (item: T, depth: number): void => {
    if (grown.has(item.id)) return;
    grown.set(item.id, { item, depth });
    for (const child of sorted) if (child.parent === item.id) grow(child, depth + 1);
  };
  for (const item of sorted) if (item.parent === null || !ids.has(item.parent)) grow(item, 0);
  // Parents in a circle have no root, and are shown all the same.
  for (const item of sorted) grow(item, 0);
  return [...grown.values()];
}
