import { describe, expect, it } from 'vitest';
import { conclude } from '../../../shared/domain/activities/conclude.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import { gracePeriodEnd } from '../../../shared/domain/rules/grace-period.ts';
import { reconcile } from '../../../shared/domain/rules/reconcile.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  aRunningActivity,
  aState,
  changeOf,
  commit,
  queueOf,
  start,
  theProductionEnvironment,
} from '../../support/builders.ts';

const options = { prune_grace_hours: 24 };
const deleted = { type: 'branch.deleted' as const, branch: 'feature/x' };
const pushed = (name: string) => ({
  type: 'branch.pushed' as const,
  branch: 'feature/x',
  commit: commit(name),
});
const hoursLater = (hours: number) => ({
  now: new Date(Date.parse(start) + hours * 3_600_000).toISOString(),
  activityId: 'next',
});
const marked = (changes: Partial<Environment> = {}) => anActiveEnvironment({ gone_since: start, ...changes });
const decided = (environment: Environment, hours: number, event: Parameters<typeof decide>[0] = deleted) =>
  decide(event, aState({ environment, ...options }), hoursLater(hours));

describe('with a grace period, the environment of a deleted branch', () => {
  it('is marked while it is active, with the time of its deletion', () => {
    const { environment, because } = changeOf(decided(anActiveEnvironment(), 0));

    expect(environment).toEqual(anActiveEnvironment({ gone_since: start, updated_at: start }));
    expect(because).toBe('the branch feature/x was deleted: feature/x goes in 24 hours');
    expect(gracePeriodEnd(environment, anIntegration(options))).toBe(hoursLater(24).now);
  });

  it.each([0, 1, 23.9])('stays %d hours after that', (hours) => {
    expect(decided(marked(), hours)).toEqual({
      verdict: 'ignore',
      because: 'the branch feature/x has gone: its environment goes after 2026-11-23T10:00:00.000Z',
    });
  });

  it.each([24, 1000])('is deleted %d hours after that', (hours) => {
    expect(queueOf(changeOf(decided(marked(), hours)).environment)).toEqual(['delete, running']);
  });

  it.each<[string, Environment]>([
    ['it is inactive', anEnvironment()],
    ['it was deactivated meanwhile', anEnvironment({ gone_since: start })],
  ])('is deleted at once when %s', (_, environment) => {
    expect(queueOf(changeOf(decided(environment, 1)).environment)).toEqual(['delete, running']);
  });

  it('loses the mark when its branch is pushed again', () => {
    const { environment } = changeOf(decided(marked(), 1, pushed('B')));

    expect(environment.gone_since).toBeNull();
    expect(queueOf(environment)).toEqual(['push B, running']);
  });

  it('loses the mark, and nothing else, when its branch is back at the same commit', () => {
    const { environment, because } = changeOf(decided(marked(), 1, pushed('A')));

    expect(environment).toEqual(anActiveEnvironment({ updated_at: hoursLater(1).now }));
    expect(because).toBe('the branch feature/x is back');
  });

  it('loses the mark when a deletion finds the branch', () => {
    const environment = marked({ activities: [aRunningActivity({ type: 'environment.delete' })] });
    const ending = { result: 'cancelled' as const, because: 'the branch feature/x exists' };
    const outcome = { activity: 'running', ending, source_commit: commit('A') };

    expect(changeOf(conclude(outcome, environment, hoursLater(1))).environment).toMatchObject({
      gone_since: null,
      activities: [],
    });
  });

  it('is marked, kept and deleted by prunes alike', () => {
    const observation = {
      branches: new Map([['main', commit('A')]]),
      unreadable: new Set<string>(),
      pullRequests: { list: [], has_more: false },
      mirrored: false,
    };
    const found = (environment: Environment, hours: number) =>
      reconcile(
        observation,
        [theProductionEnvironment(), environment],
        aState(options),
        hoursLater(hours).now,
      );

    expect(found(anActiveEnvironment(), 0).changes).toMatchObject([{ change: 'update' }]);
    expect(found(marked(), 23)).toMatchObject({
      changes: [],
      kept: [{ environment: marked().id, because: expect.stringContaining('goes after') }],
    });
    expect(found(marked(), 24).changes).toMatchObject([{ change: 'delete' }]);
  });
});

describe('the end of the grace period', () => {
  it.each<[string, Environment, Partial<ReturnType<typeof anIntegration>>]>([
    ['its branch exists', anActiveEnvironment(), {}],
    ['it is protected', marked({ protected: true }), {}],
    ['branches are not pruned', marked(), { prune_branches: false }],
  ])('is none while %s', (_, environment, changes) => {
    expect(gracePeriodEnd(environment, anIntegration({ ...options, ...changes }))).toBeNull();
  });
});

describe('a grace period', () => {
  it("does not cover pull requests: their end is Bitbucket's own answer", () => {
    const ended = { type: 'pull_request.merged' as const, number: 1 };

    const { environment } = changeOf(decided(aPullRequestEnvironment(), 0, ended));

    expect(queueOf(environment)).toEqual(['delete, running']);
  });
});
