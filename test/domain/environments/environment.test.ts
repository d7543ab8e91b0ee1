import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../shared/domain/deliveries/source-event.ts';
import {
  copiesData,
  type Environment,
  expectsCommit,
  mirrorRef,
  shownStatus,
  sourceRef,
  teardownCommit,
} from '../../../shared/domain/environments/environment.ts';
import { defaultOptions } from '../../../shared/domain/integrations/integration.ts';
import { sameCommit, shortCommit } from '../../../shared/domain/values/commit.ts';
import {
  abbreviated,
  aDeployment,
  aForkLink,
  aLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequest,
  aPullRequestEnvironment,
  aRunningActivity,
  aWaitingActivity,
  commit,
} from '../../support/builders.ts';

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
    [
      'but none while it is being deleted, whatever commit a user has asked that of',
      anEnvironment({ activities: [aRunningActivity({ ...deletion, commit: commit('A') })] }),
      'A',
      false,
    ],
    ['but none before the first', anEnvironment({ head_commit: null }), 'A', false],
  ])('%s', (_, environment, name, expected) => {
    expect(expectsCommit(environment, commit(name))).toBe(expected);
    expect(expectsCommit(environment, abbreviated(name))).toBe(expected);
  });
});

describe('the git references of an environment', () => {
  it.each([
    ['a branch', anEnvironment(), 'refs/heads/feature/x', 'refs/heads/feature/x'],
    ['a pull request', aPullRequestEnvironment(), 'refs/heads/feature/x', 'refs/pull-requests/1/from'],
    [
      "a fork's pull request",
      aPullRequestEnvironment({ pull_request: aForkLink() }),
      'refs/heads/feature/x',
      'refs/pull-requests/1/from',
    ],
    [
      'a pull request whose source is a tag',
      aPullRequestEnvironment({ pull_request: aLink({ source_branch: 'refs/tags/v1' }) }),
      'refs/tags/v1',
      'refs/pull-requests/1/from',
    ],
    [
      'a branch that is called like a tag',
      anEnvironment({ id: 'refs/tags/v1' }),
      'refs/heads/refs/tags/v1',
      'refs/heads/refs/tags/v1',
    ],
  ])("%s: read from Bitbucket's, kept in the mirror's", (_, environment, source, mirror) => {
    expect(sourceRef(environment)).toBe(source);
    expect(mirrorRef(environment)).toBe(mirror);
  });
});

describe('the commit by which an environment is taken down', () => {
  const fork = (approved: string | null, changes: Partial<Environment> = {}) =>
    aPullRequestEnvironment({ pull_request: aForkLink(approved), deployment: null, ...changes });
  const told = { repository: 'stranger/website', approved_commit: abbreviated('A') };

  it.each([
    ['the one that is deployed', anActiveEnvironment({ head_commit: commit('B') }), 'A'],
    ['its head, where the first deployment has failed', anActiveEnvironment({ deployment: null }), 'A'],
    [
      'none where Bitbucket has told an abbreviated one that git does not have',
      aPullRequestEnvironment({ deployment: null, head_commit: abbreviated('A') }),
      null,
    ],
    ['none before the first', anActiveEnvironment({ deployment: null, head_commit: null }), null],
    ["a fork's that is deployed", fork(null, { deployment: aDeployment(), head_commit: commit('B') }), 'A'],
    ["a fork's that is approved", fork('B', { head_commit: commit('C') }), 'B'],
    ["none of a fork's that nobody has approved", fork(null), null],
    ['its whole head, where each was welcome', fork(null, { pull_request: aLink({ fork: told }) }), 'A'],
    [
      'none where nothing but an abbreviated one is known',
      fork(null, { pull_request: aLink({ fork: told }), head_commit: abbreviated('A') }),
      null,
    ],
  ])('is %s', (_, environment, name) => {
    expect(teardownCommit(environment)).toBe(name && commit(name));
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
    expect(shortCommit('1a2b3c4d5e6f')).toBe('1a2b3c4');
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
