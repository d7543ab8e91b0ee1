import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { defaultOptions, type IntegrationOptions } from '../../../shared/domain/integrations/integration.ts';
import {
  activated,
  explainWait,
  initialResources,
  isActivationDue,
  shouldBeActive,
  waitsFor,
} from '../../../shared/domain/rules/waiting.ts';
import {
  abbreviated,
  aForkLink,
  aLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  commit,
  theProductionEnvironment,
} from '../../support/builders.ts';

const options = (changes: Partial<IntegrationOptions> = {}): IntegrationOptions => ({
  ...defaultOptions,
  ...changes,
});
const manual = options({ environment_init_resources: 'manual' });
const forks = (build_fork_pull_requests: IntegrationOptions['build_fork_pull_requests']) =>
  options({ build_fork_pull_requests });

/** A pull request's environment that was never active. */
const asleep = { status: 'inactive' as const, resources: null, deployment: null };
const fromFork = (approved: string | null = null) =>
  aPullRequestEnvironment({ ...asleep, pull_request: aForkLink(approved) });

describe('before a commit is deployed', () => {
  it.each([
    ['a branch', anActiveEnvironment(), options()],
    ['a branch whose resources are known', anActiveEnvironment(), manual],
    ['a pull request', aPullRequestEnvironment(asleep), options()],
    ['a pull request, whatever is done about forks', aPullRequestEnvironment(asleep), forks('never')],
    ['the approved commit of a fork', fromFork('A'), forks('approved')],
    ['the approved commit of a fork, though no more are wanted', fromFork('A'), forks('never')],
    ['any commit of a fork where all are welcome', fromFork(), forks('always')],
  ])('%s waits for nothing', (_, environment, settings) => {
    expect(waitsFor(environment, commit('A'), settings)).toBeNull();
  });

  it.each([
    ['a commit of a fork', fromFork(), forks('approved'), 'approval'],
    ['another one than the approved', fromFork('B'), forks('approved'), 'approval'],
    ['a commit of a fork, where none is wanted', fromFork(), forks('never'), 'approval'],
    [
      'what is to run on resources that nobody has named',
      aPullRequestEnvironment(asleep),
      manual,
      'resources',
    ],
    ['an approved commit of a fork, the same', fromFork('A'), manual, 'resources'],
    ['a commit of a fork first of all', fromFork(), manual, 'approval'],
  ])('%s waits (%#)', (_, environment, settings, wait) => {
    expect(waitsFor(environment, commit('A'), settings)).toBe(wait);
  });

  it('an announced commit, which Bitbucket abbreviates, is the approved one', () => {
    expect(waitsFor(fromFork('A'), abbreviated('A'), forks('approved'))).toBeNull();
  });

  it.each([
    ['an abbreviated one, as others begin like it', abbreviated('A')],
    ['a single digit', commit('A').slice(0, 1)],
    ['an empty one', ''],
    ['none', null],
  ])('%s approves of nothing', (_, approved_commit) => {
    const pull_request = aLink({ fork: { repository: 'stranger/website', approved_commit } });

    expect(waitsFor(aPullRequestEnvironment({ pull_request }), commit('A'), forks('approved'))).toBe(
      'approval',
    );
  });

  it('a fork with an unknown head waits for approval', () => {
    expect(waitsFor(fromFork(), null, forks('approved'))).toBe('approval');
    expect(waitsFor(fromFork('A'), null, forks('approved'))).toBe('approval');
  });

  it('no two commits share an approval', () => {
    const id = fc.stringMatching(/^[0-9a-f]{40}$/);
    const alike = id.chain((one) =>
      fc.tuple(
        fc.constant(one),
        fc.oneof(
          id,
          fc.nat({ max: 39 }).map((length) => one.slice(0, length) + '0'.repeat(40 - length)),
        ),
      ),
    );

    fc.assert(
      fc.property(alike, fc.constantFrom('approved' as const, 'never' as const), ([one, other], forked) => {
        const fork = { repository: 'stranger/website', approved_commit: one };
        const environment = aPullRequestEnvironment({ pull_request: aLink({ fork }) });

        expect(waitsFor(environment, other, forks(forked))).toBe(one === other ? null : 'approval');
      }),
    );
  });
});

describe('an environment that waits', () => {
  it.each([
    [
      'approval' as const,
      `${commit('A').slice(0, 7)} comes from a fork and waits for approval: bough environment:activate pr-1`,
    ],
    [
      'resources' as const,
      'pr-1 waits for its resources: bough environment:activate pr-1 --resources-init default',
    ],
  ])('for %s says so, with the command that ends it', (wait, sentence) => {
    expect(explainWait(fromFork(), wait, commit('A'))).toBe(sentence);
  });
});

describe('an environment shall run', () => {
  it.each([
    ['once it is active', anActiveEnvironment(), true],
    ["a pull request's, though it was never active", aPullRequestEnvironment(asleep), true],
    ["the default branch's, though it was never active", theProductionEnvironment(asleep), true],
    ["but another branch's only when a user wants it to", anEnvironment(), false],
    [
      "but not a pull request's that a user has put to sleep",
      aPullRequestEnvironment({ ...asleep, resources: 'default' }),
      false,
    ],
    ["but not a branch's that a user has put to sleep", anEnvironment({ resources: 'default' }), false],
  ])('%s: %#', (_, environment, expected) => {
    expect(shouldBeActive(environment)).toBe(expected);
  });

  it.each<[string, Environment, IntegrationOptions, boolean]>([
    ['it never was, and nothing is in the way', fromFork('A'), options(), true],
    ['but not while it waits for approval', fromFork(), options(), false],
    ['but not while it waits for resources', fromFork('A'), manual, false],
    ['but not once it is', aPullRequestEnvironment(), options(), false],
    [
      'but not after a user has put it to sleep',
      { ...fromFork('A'), resources: 'default' },
      options(),
      false,
    ],
    ['but not when it is a branch like any other', anEnvironment(), options(), false],
  ])('and is activated by itself when %s', (_, environment, settings, expected) => {
    expect(isActivationDue(environment, commit('A'), settings)).toBe(expected);
  });
});

describe('the resources of an environment', () => {
  it.each([
    ['default', 'default'],
    ['minimum', 'minimum'],
    ['parent', 'parent'],
    ['manual', 'default'],
  ] as const)('resources-init %s gives it %s', (environment_init_resources, resources) => {
    expect(initialResources(options({ environment_init_resources }))).toBe(resources);
  });

  it.each([
    ['come with its first activation', null, 'minimum'],
    ['stay what they are', 'parent', 'parent'],
  ] as const)('%s', (_, resources, expected) => {
    expect(activated(anEnvironment({ resources }), 'minimum')).toEqual(
      anEnvironment({ status: 'active', resources: expected }),
    );
  });
});
