import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from '../../../shared/domain/integrations/spread.ts';

const letters = [...'abcdefghij'];
/** A deterministic source of numbers. */
const numbers = (...given: number[]) => {
  let next = 0;
  return () => given[next++ % given.length] ?? 0;
};

describe('spreading work over a window', () => {
  it('delays nothing when there is one group', () => {
    expect(spread(['a'], { size: 10, seconds: 900, random: () => 0.99 })).toEqual([
      { items: ['a'], delay: 0 },
    ]);
  });

  it('gives each group a moment in its own part of the window', () => {
    const turns = spread(letters, { size: 5, seconds: 100, random: () => 0.5 });

    expect(turns.map(({ delay }) => delay)).toEqual([25, 75]);
  });

  it('takes the items in another order each time', () => {
    const order = (...ranks: number[]) =>
      spread(['a', 'b', 'c'], { size: 10, seconds: 0, random: numbers(...ranks) })[0]?.items;

    expect(order(0.1, 0.2, 0.3)).toEqual(['a', 'b', 'c']);
    expect(order(0.3, 0.1, 0.2)).toEqual(['b', 'c', 'a']);
  });

  it('loses and repeats nothing, and leaves the window never', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer(), { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 900 }),
        (items, size, seconds) => {
          const turns = spread(items, { size, seconds, random: Math.random });

          expect(turns.flatMap((turn) => turn.items).sort()).toEqual([...items].sort());
          for (const turn of turns) {
            expect(turn.items.length).toBeLessThanOrEqual(size);
            expect(turn.delay).toBeLessThanOrEqual(Math.max(0, seconds - 1));
          }
        },
      ),
    );
  });
});
