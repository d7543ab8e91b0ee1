import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataSource, futureDataSource } from '../../../shared/domain/environments/data-source.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import {
  aForkLink,
  aLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  aWaitingActivity,
  theProductionEnvironment,
} from '../../support/builders.ts';

const main = theProductionEnvironment();
const release = anActiveEnvironment({ id: 'release' });
const sleeping = (id: string, parent: string | null = 'main') => anEnvironment({ id, parent });
/** The environment of a pull request from one branch to another. */
const pullRequest = (number: number, source: string, target: string, changes: Partial<Environment> = {}) =>
  aPullRequestEnvironment({
    id: `pr-${number}`,
    parent: target,
    pull_request: aLink({ number, source_branch: source, target_branch: target }),
    ...changes,
  });

describe('the environment whose data is copied', () => {
  const own = pullRequest(1, 'feature/x', 'release');

  it.each([
    ["is the parent's", own, [main, release], 'release'],
    ["is the parent's parent's where that sleeps", own, [main, sleeping('release')], 'main'],
    [
      'is not that of one that is active and was never deployed',
      own,
      [main, { ...release, deployment: null }],
      'main',
    ],
    [
      'is found several environments above',
      own,
      [main, sleeping('release', 'next'), sleeping('next')],
      'main',
    ],
    ["is nobody's where nothing above is deployed", own, [sleeping('main', null), sleeping('release')], null],
    ["is nobody's where the parent does not exist", own, [main], null],
    ["is nobody's where there is no parent", main, [main, release], null],
    [
      'is never its own, though it is deployed',
      anActiveEnvironment({ id: 'a', parent: 'a' }),
      [anActiveEnvironment({ id: 'a', parent: 'a' })],
      null,
    ],
  ])('%s', (_, environment, others, expected) => {
    expect(dataSource(environment, [...others, environment])?.id ?? null).toBe(expected);
  });

  describe('of a stacked pull request', () => {
    const lower = pullRequest(1, 'feature/x', 'main');
    const upper = pullRequest(2, 'feature/y', 'feature/x');

    it.each([
      [
        'is that of the pull request whose source is its target',
        [main, sleeping('feature/x'), lower],
        'pr-1',
      ],
      ['is the same though the branch has no environment', [main, lower], 'pr-1'],
      [
        "is the branch's, where a user has activated that",
        [main, anActiveEnvironment({ id: 'feature/x' }), lower],
        'feature/x',
      ],
      [
        "is the branch's parent's, as long as the lower one is not deployed",
        [main, sleeping('feature/x'), { ...lower, deployment: null }],
        'main',
      ],
      [
        "is never a stranger's, whose branch has the same name",
        [main, sleeping('feature/x'), { ...lower, pull_request: aForkLink('A') }],
        'main',
      ],
    ])('%s', (_, others, expected) => {
      expect(dataSource(upper, [...others, upper])?.id).toBe(expected);
    });
  });

  it.each([
    ['two pull requests into each other', [pullRequest(1, 'a', 'b'), pullRequest(2, 'b', 'a')], 'pr-2'],
    [
      'the same, of which the other is not deployed',
      [pullRequest(1, 'a', 'b'), pullRequest(2, 'b', 'a', { deployment: null })],
      null,
    ],
    [
      'branches below each other',
      [anActiveEnvironment({ id: 'a', parent: 'b' }), sleeping('b', 'c'), sleeping('c', 'b')],
      null,
    ],
  ])('is looked for once around a circle: %s', (_, [environment, ...others], expected) => {
    expect(dataSource(environment!, [environment!, ...others])?.id ?? null).toBe(expected);
  });

  it('is always that of another environment that is deployed, however they are placed', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const any = fc
      .record({
        id: name,
        parent: fc.option(name),
        status: fc.constantFrom('active' as const, 'inactive' as const),
        isPullRequest: fc.boolean(),
        source_branch: name,
      })
      .map(({ isPullRequest, source_branch, ...changes }) =>
        anActiveEnvironment({ ...changes, pull_request: isPullRequest ? aLink({ source_branch }) : null }),
      );
    const several = fc.uniqueArray(any, { minLength: 1, selector: ({ id }) => id });

    fc.assert(
      fc.property(several, (environments) => {
        for (const environment of environments) {
          const source = dataSource(environment, environments);

          expect(source?.id).not.toBe(environment.id);
          if (source) expect(source).toMatchObject({ status: 'active', deployment: expect.anything() });
        }
      }),
    );
  });
});

describe('the environment whose first deployment produces the data to copy', () => {
  const own = pullRequest(2, 'feature/y', 'release');
  const first = { deployment: null, activities: [aRunningActivity()] };
  const newMain = theProductionEnvironment(first);
  const newRelease = anActiveEnvironment({ id: 'release', ...first, created_at: '2020-01-01T00:00:00.000Z' });

  it.each([
    ['is none where an ancestor has data already', [main, newRelease], null],
    ['is the parent where nothing above has data', [newMain, newRelease], 'release'],
    ["is the parent's parent where the parent sleeps", [newMain, sleeping('release')], 'main'],
    [
      'is also one whose deployment waits',
      [{ ...newMain, activities: [aWaitingActivity()] }, sleeping('release')],
      'main',
    ],
    ['is none where nothing is being deployed', [{ ...newMain, activities: [] }, sleeping('release')], null],
    [
      'is none where the only work is a deletion',
      [{ ...newMain, activities: [aRunningActivity({ type: 'environment.delete' })] }, sleeping('release')],
      null,
    ],
    [
      'is no younger one',
      [sleeping('main', null), { ...newRelease, created_at: '2040-01-01T00:00:00.000Z' }],
      null,
    ],
  ])('%s', (_, others, expected) => {
    expect(futureDataSource(own, [...others, own])?.id ?? null).toBe(expected);
  });

  it('never makes two environments wait for each other, however they are placed', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const any = fc
      .record({
        id: name,
        parent: fc.option(name),
        created_at: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'),
        isPullRequest: fc.boolean(),
        source_branch: name,
      })
      .map(({ isPullRequest, source_branch, ...changes }) =>
        anActiveEnvironment({
          ...changes,
          ...first,
          pull_request: isPullRequest ? aLink({ source_branch }) : null,
        }),
      );
    const several = fc.uniqueArray(any, { minLength: 1, selector: ({ id }) => id });

    fc.assert(
      fc.property(several, (environments) => {
        for (const environment of environments) {
          const passed = new Set<string>();
          for (let at: Environment | null = environment; at; at = futureDataSource(at, environments)) {
            expect(passed).not.toContain(at.id);
            passed.add(at.id);
          }
        }
      }),
    );
  });
});
