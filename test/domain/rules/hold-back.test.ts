import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { holdBack } from '../../../shared/domain/rules/hold-back.ts';
import { defaultPruneLimit, explainHold, type PruneLimit } from '../../../shared/domain/rules/prune-limit.ts';
import type { PlannedChange } from '../../../shared/domain/rules/reconcile.ts';
import { anEnvironment, aRunningActivity } from '../../support/builders.ts';

const now = '2026-11-30T10:00:00.000Z';
const named = (count: number) => Array.from({ length: count }, (_, index) => `branch-${index}`);
const environmentsOf = (count: number) => named(count).map((id) => anEnvironment({ id }));
const deletionOf = (environment: string): PlannedChange => ({
  event: { type: 'branch.deleted', branch: environment },
  environment,
  change: 'delete',
  because: `the branch ${environment} was deleted`,
});
const creation: PlannedChange = {
  event: { type: 'branch.pushed', branch: 'new', commit: 'c' },
  environment: 'new',
  change: 'create',
  because: 'the branch new is new',
};

interface Case {
  limit?: PruneLimit;
  confirmed?: string | null;
  before?: Parameters<typeof holdBack>[2]['before'];
  environments?: readonly Environment[];
}
const held = (changes: readonly PlannedChange[], given: Case = {}) =>
  holdBack(changes, given.environments ?? environmentsOf(100), {
    limit: given.limit ?? defaultPruneLimit,
    confirmed: given.confirmed ?? null,
    before: given.before ?? null,
    now,
  });
const deletionsOf = (count: number) => named(count).map(deletionOf);
const digestOf = (changes: readonly PlannedChange[]) =>
  held(changes, { limit: { environments: 0, percent: 0 } }).held_back?.digest;

describe('deletions at once', () => {
  it.each([
    ['5 of 5', 5, 5, { environments: 5, percent: 20 }, true],
    ['5 of 10', 5, 10, { environments: 5, percent: 20 }, true],
    ['6 of 10', 6, 10, { environments: 5, percent: 20 }, false],
    ['6 of 29, of which a fifth are less than 6', 6, 29, { environments: 5, percent: 20 }, false],
    ['6 of 30, of which 6 are a fifth', 6, 30, { environments: 5, percent: 20 }, true],
    ['20 of 100', 20, 100, { environments: 5, percent: 20 }, true],
    ['21 of 100', 21, 100, { environments: 5, percent: 20 }, false],
    ['99 of 100', 99, 100, { environments: 5, percent: 20 }, false],
    ['99 of 100, where all may go', 99, 100, { environments: 0, percent: 100 }, true],
    ['99 of 100, where as many may go', 99, 100, { environments: 99, percent: 0 }, true],
    ['1 of 100, where none may go', 1, 100, { environments: 0, percent: 0 }, false],
  ])('are done or held back: %s', (_, deleted, total, limit, isDone) => {
    const changes = deletionsOf(deleted);

    const { passed, held_back } = held(changes, { limit, environments: environmentsOf(total) });

    expect(passed).toEqual(isDone ? changes : []);
    expect(held_back === null).toBe(isDone);
  });

  it('are compared with the environments that are not on their way out already', () => {
    const environments = environmentsOf(30).map((one, index) =>
      index < 5 ? { ...one, activities: [aRunningActivity({ type: 'environment.delete' })] } : one,
    );

    expect(held(deletionsOf(6), { environments }).held_back?.because).toBe(
      '6 of 25 environments would be deleted at once, and the limit is 5',
    );
  });

  it('do not hold up creations and updates', () => {
    expect(held([creation, ...deletionsOf(99)]).passed).toEqual([creation]);
  });

  it('that are held back are counted, and the first hundred are named in order', () => {
    const changes = deletionsOf(150);

    const { held_back } = held(changes, { environments: environmentsOf(151) });

    expect(held_back).toEqual({
      digest: digestOf(changes),
      count: 150,
      ids: named(150).toSorted().slice(0, 100),
      because: '150 of 151 environments would be deleted at once, and the limit is 30',
      since: now,
    });
  });

  it('are held back since the first of them were', () => {
    const before = held(deletionsOf(50)).held_back;
    const since = '2026-11-29T10:00:00.000Z';

    expect(held(deletionsOf(60), { before: before && { ...before, since } }).held_back?.since).toBe(since);
  });

  it('are done when exactly they were confirmed, in any order', () => {
    const changes = deletionsOf(99);
    const confirmed = digestOf(changes) ?? null;

    expect(held(changes.toReversed(), { confirmed })).toEqual({
      passed: changes.toReversed(),
      held_back: null,
    });
    expect(held(deletionsOf(98), { confirmed }).passed).toEqual([]);
    expect(held([...changes.slice(1), deletionOf('other')], { confirmed }).passed).toEqual([]);
  });

  it('are explained with the first of them and the remedy', () => {
    const { held_back } = held(deletionsOf(99));

    expect(held_back && explainHold(held_back)).toBe(
      '99 of 100 environments would be deleted at once, and the limit is 20 (branch-0, branch-1, branch-10, branch-11, branch-12, and 94 more). To delete them: bough integration:prune --confirm. If not, push the branches again.',
    );
  });
});

describe('any set of changes', () => {
  const changes = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 60 }).map((numbers) =>
    numbers.map((number) => ({
      ...deletionOf(`branch-${number}`),
      ...(number % 7 === 0 ? { change: 'update' as const } : {}),
    })),
  );
  const limits = fc.record({ environments: fc.nat({ max: 10 }), percent: fc.nat({ max: 100 }) });
  const isDeletion = ({ change }: PlannedChange) => change === 'delete';

  it('either all deletions are done, and they are within the limit, or none is; all else is done', () => {
    fc.assert(
      fc.property(changes, limits, (found, limit) => {
        const { passed, held_back } = held(found, { limit, environments: environmentsOf(61) });
        const deletions = found.filter(isDeletion);
        const most = Math.max(limit.environments, (61 * limit.percent) / 100);
        expect(held_back !== null).toBe(deletions.length > most);
        expect(passed).toEqual(held_back ? found.filter((change) => !isDeletion(change)) : found);
      }),
    );
  });

  it('a confirmation lets exactly the set pass that it is for', () => {
    fc.assert(
      fc.property(changes, changes, (found, other) => {
        const limit = { environments: 0, percent: 0 };
        const confirmed = digestOf(other) ?? null;
        const ids = (list: PlannedChange[]) =>
          list
            .filter(isDeletion)
            .map(({ environment }) => environment)
            .toSorted();
        const isSame = JSON.stringify(ids(found)) === JSON.stringify(ids(other));
        const { held_back } = held(found, { limit, confirmed });
        expect(held_back === null).toBe(isSame || ids(found).length === 0);
      }),
    );
  });
});
