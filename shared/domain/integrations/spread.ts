/** A group of items, and its delay in seconds. */
export interface Batch<T> {
  items: T[];
  delay: number;
}

/**
 * Groups items in a random order and gives each group a random delay in its part of a time window, so that no item always
 * follows the same others. A single group is not delayed.
 * @param random a random number from 0 to 1, excluding 1
 */
export function spread<T>(
  items: readonly T[],
  { size, seconds, random }: { size: number; seconds: number; random: () => number },
): Batch<T>[] {
  const order = shuffled(items, random);
  const count = Math.ceil(order.length / size);
  return Array.from({ length: count }, (_, index) => ({
    items: order.slice(index * size, (index + 1) * size),
    delay: count === 1 ? 0 : Math.floor(((index + random()) / count) * seconds),
  }));
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
