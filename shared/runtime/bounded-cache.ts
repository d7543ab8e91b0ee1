/** The unsealed secrets that a process keeps, and for how long: a revoked grant of a key takes effect within this time. */
export const keptSecrets = { size: 2000, ageMs: 60 * 60_000 };

/** A cache of limited size and age. */
export interface BoundedCache<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
}

/**
 * Creates a cache. A full cache forgets the entry that was used least recently.
 * @param ageMs an entry is forgotten this long after it was set, however often it is used
 */
export function boundedCache<T>(
  { size, ageMs }: { size: number; ageMs: number },
  now: () => number = Date.now,
): BoundedCache<T> {
  // A map keeps the order of insertion, so its first entry was used least recently.
  const entries = new Map<string, { value: T; until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      if (entry.until <= now()) return undefined;
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, until: now() + ageMs });
      if (entries.size <= size) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        return;
      }
    },
    delete: (key) => void entries.delete(key),
  };
}
