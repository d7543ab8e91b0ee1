import { describe, expect, it } from 'vitest';
import { conclude } from '../../../shared/domain/activities/conclude.ts';
import { decideAction } from '../../../shared/domain/environments/actions.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  aRunningActivity,
  aState,
  changeOf,
  commit,
  moment,
} from '../../support/builders.ts';

const gone = [
  ['a branch', anActiveEnvironment(), { type: 'branch.deleted', branch: 'feature/x' }],
  ['a pull request', aPullRequestEnvironment(), { type: 'pull_request.merged', number: 1 }],
] as const;

const ends = (environment: Environment, result: 'success' | 'failure') => {
  const deletion = aRunningActivity({ type: 'environment.delete' });
  const ending = { result, because: 'it ended' };
  return changeOf(
    conclude({ activity: 'running', ending }, { ...environment, activities: [deletion] }, moment),
  ).environment;
};

describe.each(gone)('an environment of %s whose teardown fails', (_, environment, event) => {
  it('remembers how often', () => {
    const once = ends(environment, 'failure');
    expect(once.failed_deletions).toBe(1);
    expect(ends(once, 'failure').failed_deletions).toBe(2);
  });

  it.each([0, 1, 2])('is tried again after %i failures', (failed_deletions) => {
    const state = aState({ environment: { ...environment, failed_deletions } });
    expect(decide(event, state, moment).verdict).toBe('change');
  });

  it('is not retried after three failures, and the reason names the remedy', () => {
    const state = aState({ environment: { ...environment, failed_deletions: 3 } });
    expect(decide(event, state, moment)).toEqual({
      verdict: 'ignore',
      because: `taking down ${environment.id} has failed 3 times: bough environment:delete ${environment.id} does it without .bough/teardown`,
    });
  });

  it('can be deleted by a user, though the integration manages it', () => {
    const context = { integration: anIntegration(), data_source: null };
    const stuck = { ...environment, failed_deletions: 1 };
    expect(decideAction({ type: 'delete' }, { ...context, environment }, moment).verdict).toBe('refuse');
    expect(decideAction({ type: 'delete' }, { ...context, environment: stuck }, moment).verdict).toBe(
      'change',
    );
  });

  it('resets the count after a deployment', () => {
    const push = aRunningActivity({ type: 'environment.push' });
    const outcome = {
      activity: 'running',
      ending: { result: 'success' as const, because: 'Deployed' },
      commit: commit('B'),
      deployment: aDeployment({ commit: commit('B') }),
    };
    const before = { ...environment, failed_deletions: 2, activities: [push] };
    expect(changeOf(conclude(outcome, before, moment)).environment.failed_deletions).toBe(0);
  });
});
