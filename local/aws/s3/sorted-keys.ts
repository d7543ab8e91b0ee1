/** Keys in the order of their UTF-8 bytes, which is S3's listing order. */
export interface SortedKeys {
  /** The key must be absent. */
  add(key: string): void;
  remove(key: string): void;
  /** Keys greater than or equal to `start`. */
  from(start: string): Iterable<string>;
}

/** Creates a sorted set of keys. */
export function createSortedKeys(initial: Iterable<string>): SortedKeys {
  const keys = [...initial].sort(compareKeys);

  function positionOf(key: string): number {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add(key) {
      keys.splice(positionOf(key), 0, key);
    },
    remove(key) {
      const position = positionOf(key);
      if (keys[position] === key) keys.splice(position, 1);
    },
    *from(start) {
      for (let position = positionOf(start); position < keys.length; position++) yield keys[position] ?? '';
    },
  };
}

const SURROGATE = /[\ud800-\udfff]/;

/** Compares UTF-8 bytes. Plain string comparison differs only for surrogates, which sort before U+E000 to U+FFFF. */
export function compareKeys(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
