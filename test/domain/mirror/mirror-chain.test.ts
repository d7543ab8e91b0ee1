import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundlesFor, sizeOf, tipsOf, whyRenew } from '../../../shared/domain/mirror/mirror-chain.ts';

const MiB = 1024 * 1024;

describe('a mirror is renewed', () => {
  const sized = (full: number, bundles: number, added: number) =>
    whyRenew({ full_bytes: full * MiB, added_bundles: bundles, added_bytes: added * MiB });

  it.each([
    ['when 32 bundles have come behind a small one', 0.5, 33, 0.1],
    ['when as many more have come as a large one has MiB', 100, 132, 1],
    ['when more has come behind the full one than it has', 50, 2, 51],
    ['when much has come behind a small one', 1, 1, 17],
  ])('%s', (_, full, bundles, added) => {
    expect(sized(full, bundles, added)).toMatch(/ come behind /);
  });

  it.each([
    ['when it is new', 50, 0, 0],
    ['for fewer bundles', 0.5, 32, 0.1],
    ['for as many behind a large one', 100, 131, 1],
    ['for as much as the full one has', 50, 2, 50],
    ['for little behind a small one, however small that is', 0.1, 2, 16],
  ])('not %s', (_, full, bundles, added) => {
    expect(sized(full, bundles, added)).toBeNull();
  });

  it('says why', () => {
    expect(sized(50, 2, 51)).toBe('51.0 MiB have come behind a full bundle of 50.0 MiB');
    expect(sized(1, 40, 1)).toBe('40 bundles have come behind a full one of 1.0 MiB');
  });

  it('not because of the bundles that it began with', () => {
    const bundles = Array.from({ length: 60 }, (_, index) => ({ key: `${index}`, bytes: 1 }));
    const chain = { bundles, renewed: { bundles: 50 }, swept_at: null, tags: null };

    expect(sizeOf(chain)).toMatchObject({ full_bytes: 50, added_bundles: 10, added_bytes: 10 });
    expect(whyRenew(sizeOf(chain))).toBeNull();
  });
});

describe('the bundles that a commit needs', () => {
  const heads = new Map([
    ['refs/heads/main', 'C'],
    ['refs/heads/old', 'A'],
  ]);
  const first = { key: '0', bytes: 1, tips: ['A'] };
  const second = { key: '1', bytes: 1, tips: ['B'] };
  const third = { key: '2', bytes: 1, tips: ['C', 'B'] };
  const unknown = { key: '?', bytes: 1 };

  it.each([
    ['all up to the one that it was fetched with', [first, second, third], 'B', '0 1'],
    ['the first, for what that was fetched for', [first, second, third], 'A', '0'],
    ['all of them, for the newest', [first, second, third], 'C', '0 1 2'],
    ['all of them, for a commit that no reference has had', [first, second, third], 'X', '0 1 2'],
    ['for a head, none behind the last of which nothing is known', [unknown, second], 'A', '?'],
    ['for any other, all of them, since one may be in the middle', [unknown, second], 'X', '? 1'],
    ['all of them, when nothing is known of any', [unknown, unknown], 'A', '? ?'],
    ['none of none', [], 'A', ''],
  ])('are %s', (_, bundles, commit, expected) => {
    expect(bundlesFor({ heads, bundles }, commit).join(' ')).toBe(expected);
  });

  it('always contain the commit, with or without stored tips', () => {
    const fetches = fc.array(
      fc.record({ commits: fc.array(fc.nat(9), { minLength: 1 }), isKnown: fc.boolean() }),
    );
    fc.assert(
      fc.property(fetches, fc.nat(9), (fetched, wanted) => {
        const bundles = fetched.map(({ commits, isKnown }, index) => ({
          key: String(index),
          bytes: 1,
          ...(isKnown ? { tips: commits.map(String) } : {}),
        }));
        const all = fetched.flatMap(({ commits }) => commits.map(String));
        const heads = new Map(all.map((commit, index) => [`refs/heads/${index}`, commit]));

        const needed = bundlesFor({ heads, bundles }, String(wanted)).map((key) => fetched[Number(key)]);

        expect(needed.some((each) => each?.commits.includes(wanted))).toBe(all.includes(String(wanted)));
      }),
    );
  });

  it('are not remembered for very many references at once', () => {
    const refs = (count: number) =>
      new Map(Array.from({ length: count }, (_, index) => [`refs/heads/${index}`, `${index}`]));

    expect(tipsOf(refs(2000)).tips).toHaveLength(2000);
    expect(tipsOf(refs(2001))).toEqual({});
    expect(tipsOf(new Map([...refs(1), ['refs/tags/v1', '0']]))).toEqual({ tips: ['0'] });
  });
});
