import { expect, it } from 'vitest';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';

/** The contract for every store of items with a version. */
export function describeVersions<T extends { version: number; updated_at: string }>(store: {
  make(): T;
  save(item: T): Promise<void>;
  get(item: T): Promise<T | null>;
}): void {
  const { make, save, get } = store;
  const at = (item: T, version: number, updated_at = item.updated_at): T => ({
    ...item,
    version,
    updated_at,
  });

  it('does not find an item that was never saved', async () => {
    expect(await get(make())).toBeNull();
  });

  it('returns the last saved item', async () => {
    const item = make();
    await save(item);
    expect(await get(item)).toEqual(item);
    await save(at(item, 2, 'later'));
    expect(await get(item)).toEqual(at(item, 2, 'later'));
  });

  it('does not share objects with its callers', async () => {
    const item = make();
    await save(item);
    const read = await get(item);
    Object.assign(item, { updated_at: 'never saved' });
    Object.assign(read ?? {}, { updated_at: 'never saved' });
    expect(await get(item)).toMatchObject({ updated_at: make().updated_at });
  });

  it.each([
    ['a new item that exists', 1, 1],
    ['an item older than the stored version', 3, 2],
    ['the stored version with another content', 2, 2],
    ['an item that skips a version', 1, 3],
    ['a changed item that does not exist', 0, 2],
  ])('refuses %s, and keeps the stored item', async (_, stored, given) => {
    const item = make();
    for (let version = 1; version <= stored; version += 1) await save(at(item, version));
    await expect(save(at(item, given, 'too late'))).rejects.toThrow(StoreConflict);
    expect(await get(item)).toEqual(stored === 0 ? null : at(item, stored));
  });

  it.each([
    ['created', 1],
    ['changed', 2],
  ])('accepts one of many callers that have %s an item concurrently', async (_, version) => {
    const item = make();
    if (version > 1) await save(item);
    const attempts = Array.from({ length: 8 }, (_, index) => at(item, version, `by ${index}`));
    const results = await Promise.allSettled(attempts.map(save));
    const winners = attempts.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await get(item)).toEqual(winners[0]);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(StoreConflict);
    }
  });
}
