import { describe, expect, it } from 'vitest';
import { boundedCache } from '../../shared/runtime/bounded-cache.ts';

describe('a bounded cache', () => {
  it('forgets the entry that was used least recently when it is full', () => {
    const cache = boundedCache<number>({ size: 2, ageMs: 1000 }, () => 0);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);

    expect(['a', 'b', 'c'].map(cache.get)).toEqual([1, undefined, 3]);
  });

  it('forgets an entry at its age, even when it is used all the time', () => {
    let now = 0;
    const cache = boundedCache<number>({ size: 2, ageMs: 1000 }, () => now);
    cache.set('a', 1);

    const read = [500, 999, 1000].map((time) => {
      now = time;
      return cache.get('a');
    });

    expect(read).toEqual([1, 1, undefined]);
  });

  it('does not count a replaced or deleted entry', () => {
    const cache = boundedCache<number>({ size: 2, ageMs: 1000 }, () => 0);
    cache.set('a', 1);
    cache.set('a', 2);
    cache.set('b', 3);
    cache.delete('b');
    cache.set('c', 4);

    expect(['a', 'b', 'c'].map(cache.get)).toEqual([2, undefined, 4]);
  });
});
