import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostHeads } from '../../../shared/adapters/aws/mirror/manifest.ts';
import { s3Mirrors } from '../../../shared/adapters/aws/mirror/mirrors.ts';
import { fingerprintOfTags } from '../../../shared/domain/mirror/tags.ts';
import { memoryMirrorStore } from '../../support/memory-mirror-store.ts';

const project = 'p';
const at = '2026-11-22T10:00:00Z';
const nameOf = (number: number) => `refs/${number % 2 ? 'tags' : 'heads'}/${number}`;
const range = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => nameOf(from + index));

describe('the heads of a mirror', () => {
  it('are the same for one reference and for all, while their number grows and falls', async () => {
    const change = fc.record({
      from: fc.integer({ min: 0, max: 1500 }),
      count: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 300, max: 1500 })),
      letter: fc.constantFrom('a', 'b', 'drop'),
    });
    const asked = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 3, maxLength: 12 }),
        asked,
        fc.boolean(),
        async (list, some, isSwept) => {
          const store = memoryMirrorStore();
          const open = () => {
            const { table, s3 } = store.seen();
            return s3Mirrors(table, s3, store.bucket);
          };
          const heads = new Map<string, string>();
          const mirrors = open();
          for (const { from, count, letter } of list) {
            const names = range(from, count);
            const isDrop = letter === 'drop';
            for (const ref of names) {
              if (isDrop) heads.delete(ref);
              else heads.set(ref, letter.repeat(40));
            }
            const set = isDrop
              ? new Map<string, string>()
              : new Map(names.map((ref) => [ref, letter.repeat(40)]));
            const state = await mirrors.read(project, names);
            await mirrors.commit(project, state, { set, drop: isDrop ? names : [], swept_at: at });
            // Everything is old enough for the sweep, which keeps what the record names.
            if (isSwept) await mirrors.sweep(project, { now: at, before: '2027' });
            const wanted = some.map(nameOf);
            const one = await open().read(project, wanted);
            const expected = wanted.filter((ref) => heads.has(ref)).map((ref) => [ref, heads.get(ref)]);
            expect(Object.fromEntries(one.heads)).toEqual(Object.fromEntries(expected));
            expect(one.recent.size).toBeLessThanOrEqual(mostHeads + 16);
          }
          const all = await open().read(project, 'all');
          expect([...all.heads].toSorted()).toEqual([...heads].toSorted());
          expect(all.tags).toBe(fingerprintOfTags(heads));
        },
      ),
      { numRuns: 20 },
    );
  });
});
