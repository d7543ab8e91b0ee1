import { describe, expect, it } from 'vitest';
import { copiesData, expects, mirrorRef, shownStatus, sourceRef } from '../../shared/domain/environment.ts';
import { coerceOptions, defaultOptions } from '../../shared/domain/integration.ts';
import { environmentOf, sameCommit, short } from '../../shared/domain/source-event.ts';
import {
  abbreviated,
  anActiveEnvironment,
  anEnvironment,
  aPullRequest,
  aPullRequestEnvironment,
  aRunningActivity,
  aWaitingActivity,
  commit,
} from '../support/builders.ts';

const deletion = { type: 'environment.delete' as const };

describe('the status that users see', () => {
  it.each([
    ['inactive', anEnvironment()],
    ['active', anActiveEnvironment()],
    ['dirty', anEnvironment({ activities: [aRunningActivity()] })],
    ['dirty', anActiveEnvironment({ activities: [aRunningActivity(), aWaitingActivity()] })],
    ['deleting', anActiveEnvironment({ activities: [aRunningActivity(deletion)] })],
    ['deleting', anActiveEnvironment({ activities: [aRunningActivity(), aWaitingActivity(deletion)] })],
    ['deleting', anEnvironment({ activities: [aRunningActivity(deletion), aWaitingActivity()] })],
  ])('is %s', (status, environment) => {
    expect(shownStatus(environment)).toBe(status);
  });
});

describe('an environment expects a commit', () => {
  it.each([
    ['that it has', anEnvironment(), 'A', true],
    [
      'that is being deployed',
      anEnvironment({ activities: [aRunningActivity({ commit: commit('B') })] }),
      'B',
      true,
    ],
    [
      'that waits',
      anEnvironment({ activities: [aRunningActivity(), aWaitingActivity({ commit: commit('B') })] }),
      'B',
      true,
    ],
    ['but no other', anEnvironment(), 'B', false],
    [
      'but not one that is about to be replaced',
      anEnvironment({ activities: [aRunningActivity({ commit: commit('B') })] }),
      'A',
      false,
    ],
    [
      'but none while it is being deleted',
      anEnvironment({ activities: [aRunningActivity(deletion)] }),
      'A',
      false,
    ],
    ['but none before the first', anEnvironment({ head_commit: null }), 'A', false],
  ])('%s', (_, environment, name, expected) => {
    expect(expects(environment, commit(name))).toBe(expected);
    expect(expects(environment, abbreviated(name))).toBe(expected);
  });
});

describe('the git references of an environment', () => {
  it.each([
    ['a branch', anEnvironment(), 'refs/heads/feature/x', 'refs/heads/feature/x'],
    ['a pull request', aPullRequestEnvironment(), 'refs/heads/feature/x', 'refs/pull-requests/1/from'],
  ])("%s: read from Bitbucket's, kept in the mirror's", (_, environment, source, mirror) => {
    expect(sourceRef(environment)).toBe(source);
    expect(mirrorRef(environment)).toBe(mirror);
  });
});

describe("the parent's data", () => {
  const fresh = aPullRequestEnvironment({ deployment: null });
  const wanted = { ...defaultOptions, pull_requests_clone_parent_data: true };
  const unwanted = { ...defaultOptions, pull_requests_clone_parent_data: false };

  it.each([
    ['comes with the first deployment of a pull request', fresh, wanted, true, true],
    ['comes with every attempt at it, also one that did not ask', fresh, wanted, false, true],
    ['stays away when it is not wanted', fresh, unwanted, true, false],
    ['comes again with a push that asks for it', aPullRequestEnvironment(), unwanted, true, true],
    ['stays away from any other push', aPullRequestEnvironment(), wanted, false, false],
    [
      'comes to a branch only when asked for',
      anActiveEnvironment({ deployment: null }),
      wanted,
      false,
      false,
    ],
  ])('%s', (_, environment, options, clone_data, expected) => {
    expect(copiesData(environment, aRunningActivity({ clone_data }), options)).toBe(expected);
  });
});

describe('commits', () => {
  it.each([
    ['the same', commit('A'), commit('A'), true],
    ['abbreviated on the left', abbreviated('A'), commit('A'), true],
    ['abbreviated on the right', commit('A'), abbreviated('A'), true],
    ['different', commit('A'), commit('B'), false],
    ['unknown', null, commit('A'), false],
    ['unknown both', null, null, false],
    ['empty', '', commit('A'), false],
  ])('are compared as far as both are known: %s', (_, a, b, same) => {
    expect(sameCommit(a, b)).toBe(same);
  });

  it('are shown with seven digits', () => {
    expect(short('1a2b3c4d5e6f')).toBe('1a2b3c4');
  });
});

describe('the environment that an event is about', () => {
  it.each([
    ['feature/x', { type: 'branch.pushed' as const, branch: 'feature/x', commit: commit('A') }],
    ['feature/x', { type: 'branch.deleted' as const, branch: 'feature/x' }],
    ['pr-1', { type: 'pull_request.opened' as const, pull_request: aPullRequest() }],
    ['pr-1', { type: 'pull_request.updated' as const, pull_request: aPullRequest() }],
    ['pr-9', { type: 'pull_request.merged' as const, number: 9 }],
  ])('%s', (id, event) => {
    expect(environmentOf(event)).toBe(id);
  });
});

describe('the options of an integration', () => {
  it('are by default those of the documentation', () => {
    expect(defaultOptions).toEqual({
      fetch_branches: true,
      prune_branches: true,
      build_pull_requests: true,
      pull_requests_clone_parent_data: true,
      resync_pull_requests: false,
    });
  });

  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
    [false, false, false],
  ])('with fetch-branches %s and prune-branches %s, branches are pruned: %s', (fetch, prune, pruned) => {
    const options = coerceOptions({ ...defaultOptions, fetch_branches: fetch, prune_branches: prune });

    expect(options).toEqual({ ...defaultOptions, fetch_branches: fetch, prune_branches: pruned });
  });
});
