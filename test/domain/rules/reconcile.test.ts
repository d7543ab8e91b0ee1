import { describe, expect, it } from 'vitest';
import type { PullRequest } from '../../../shared/domain/deliveries/source-event.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { type Observation, reconcile } from '../../../shared/domain/rules/reconcile.ts';
import {
  aForkLink,
  aForkPullRequest,
  aLink,
  anEnvironment,
  aPullRequest,
  aPullRequestEnvironment,
  aRunningActivity,
  aState,
  commit,
  moment,
  theProductionEnvironment,
} from '../../support/builders.ts';

/** An observed repository: branches by name, each at a named commit. */
const seen = (
  branches: Record<string, string>,
  pullRequests: PullRequest[] | null = [],
  mirrored = false,
  has_more = false,
): Observation => ({
  branches: new Map(Object.entries(branches).map(([branch, name]) => [branch, commit(name)])),
  unreadable: new Set(),
  pullRequests: pullRequests && { list: pullRequests, has_more },
  mirrored,
});
const missing = (
  observation: Observation,
  known: Environment[],
  options: Parameters<typeof aState>[0] = {},
) => reconcile(observation, known, aState(options), moment.now).changes.map(({ event }) => event);

const pushed = (branch: string, name: string) => ({ type: 'branch.pushed', branch, commit: commit(name) });
const deleted = (branch: string) => ({ type: 'branch.deleted', branch });

const production = theProductionEnvironment();

describe('comparing the environments with the repository', () => {
  it('finds nothing when they are alike', () => {
    const observation = seen({ main: 'A', 'feature/x': 'A' }, [aPullRequest()]);

    expect(missing(observation, [production, anEnvironment(), aPullRequestEnvironment()])).toEqual([]);
  });

  describe('of branches', () => {
    it('finds missed, moved and deleted branches', () => {
      const known = [production, anEnvironment({ id: 'moved' }), anEnvironment({ id: 'gone' })];

      expect(missing(seen({ main: 'A', moved: 'B', new: 'C' }), known)).toEqual([
        pushed('moved', 'B'),
        pushed('new', 'C'),
        deleted('gone'),
      ]);
    });

    it('marks the events of commits that a fetch mirrored', () => {
      expect(missing(seen({ main: 'B' }, [], true), [production])).toEqual([
        { ...pushed('main', 'B'), mirrored: true },
      ]);
    });

    it('finds branches of environment:branch, which the repository does not have', () => {
      expect(missing(seen({ main: 'A' }), [production, anEnvironment({ id: 'made-here' })])).toEqual([
        deleted('made-here'),
      ]);
    });

    it('leaves out a name that is too long for an environment, and does not count it as deleted', () => {
      const long = 'x'.repeat(1001);

      expect(missing(seen({ main: 'A', [long]: 'A' }), [production])).toEqual([]);
      expect(missing(seen({ main: 'A', [long]: 'A' }), [production, anEnvironment({ id: long })])).toEqual(
        [],
      );
    });

    it('does not count a branch as deleted if its name may be an unreadable one', () => {
      const observation = { ...seen({ main: 'A' }), unreadable: new Set(['refs/heads/caf\ufffd']) };
      const known = ['caf\ufffd', 'caf'].map((id) => anEnvironment({ id }));

      expect(missing(observation, [production, ...known])).toEqual([deleted('caf')]);
    });

    it("never misses the default branch's environment", () => {
      expect(missing(seen({ other: 'A' }), [production, anEnvironment({ id: 'other' })])).toEqual([]);
    });

    it('takes an empty listing for no answer: it deletes nothing', () => {
      expect(missing(seen({}), [production, anEnvironment(), anEnvironment({ id: 'another' })])).toEqual([]);
    });

    it.each([
      [
        'under way to the commit',
        { activities: [aRunningActivity({ commit: commit('B') })] },
        { 'feature/x': 'B' },
      ],
      ['being deleted', { activities: [aRunningActivity({ type: 'environment.delete' })] }, {}],
    ])('finds nothing in an environment that is %s', (_, changes, branches) => {
      expect(missing(seen({ main: 'A', ...branches }), [production, anEnvironment(changes)])).toEqual([]);
    });
  });

  describe('of pull requests', () => {
    it('reports a pull request whose environment id a branch has after a fetch, and not in a prune', () => {
      const known = [production, anEnvironment({ id: 'pr-1' })];
      const observation = (mirrored: boolean) => seen({ main: 'A', 'pr-1': 'A' }, [aPullRequest()], mirrored);

      expect(missing(observation(false), known)).toEqual([]);
      expect(missing(observation(true), known)).toEqual([
        { type: 'pull_request.updated', pull_request: aPullRequest() },
      ]);
    });

    it('leaves out a pull request with invalid branch names, and does not count it as ended', () => {
      const long = aPullRequest({ target: 'x'.repeat(1001) });

      expect(missing(seen({ main: 'A' }, [long]), [production])).toEqual([]);
      expect(missing(seen({ main: 'A' }, [long]), [production, aPullRequestEnvironment()])).toEqual([]);
    });

    it('finds missed, moved and ended pull requests', () => {
      const open = [
        aPullRequest({ number: 1, source: { commit: commit('B') } }),
        aPullRequest({ number: 2, target: 'release' }),
        aPullRequest({ number: 3 }),
      ];
      const known = [
        aPullRequestEnvironment(),
        aPullRequestEnvironment({ id: 'pr-2', pull_request: aLink({ number: 2 }) }),
        aPullRequestEnvironment({ id: 'pr-9', pull_request: aLink({ number: 9, source_branch: 'old' }) }),
      ];

      expect(missing(seen({ main: 'A' }, open), [production, ...known])).toEqual([
        ...open.map((pull_request) => ({ type: 'pull_request.updated', pull_request })),
        { type: 'pull_request.deleted', number: 9 },
      ]);
    });

    it('returns no events of pull requests when they were not read', () => {
      expect(missing(seen({ main: 'A' }, null), [production, aPullRequestEnvironment()])).toEqual([]);
    });

    it('deletes none when only the first of them were read: it may be open among the others', () => {
      const moved = aPullRequest({ source: { commit: commit('B') } });
      const known = [
        production,
        aPullRequestEnvironment(),
        aPullRequestEnvironment({ id: 'pr-9', pull_request: aLink({ number: 9, source_branch: 'old' }) }),
      ];

      expect(missing(seen({ main: 'A' }, [moved], false, true), known)).toEqual([
        { type: 'pull_request.updated', pull_request: moved },
      ]);
      expect(missing(seen({ main: 'A' }, [], false, true), known)).toEqual([]);
    });

    it('does not count their environments as deleted branches', () => {
      expect(missing(seen({ main: 'A' }, [aPullRequest()]), [production, aPullRequestEnvironment()])).toEqual(
        [],
      );
    });

    it.each(['approved', 'always'] as const)(
      'finds those from forks where they are built: %s',
      (build_fork_pull_requests) => {
        const pull_request = aForkPullRequest();

        expect(
          missing(seen({ main: 'A' }, [pull_request]), [production], { build_fork_pull_requests }),
        ).toEqual([{ type: 'pull_request.updated', pull_request }]);
      },
    );

    it.each([
      ['one whose fork is gone', aForkPullRequest({ source: { repository: null } }), {}],
      ['any where none is built', aForkPullRequest(), { build_fork_pull_requests: 'never' as const }],
    ])('leaves those from forks alone: %s', (_, pullRequest, options) => {
      const known = [production, aPullRequestEnvironment({ pull_request: aForkLink('A') })];

      expect(missing(seen({ main: 'A' }, [pullRequest]), [production], options)).toEqual([]);
      expect(missing(seen({ main: 'A' }, [pullRequest]), known, options)).toEqual([]);
    });

    it.each([
      ['a branch', anEnvironment({ id: 'pr-1' }), [aPullRequest()]],
      ['the pull request', aPullRequestEnvironment(), [aPullRequest()]],
    ])('keeps the environment of %s when a branch and a pull request have one name', (_, known, open) => {
      expect(missing(seen({ main: 'A', 'pr-1': 'A' }, open), [production, known])).toEqual([]);
    });
  });

  describe('when an option is off', () => {
    const everythingNew = seen({ main: 'B', new: 'C' }, [aPullRequest({ number: 5 })]);
    const known = [production, anEnvironment({ id: 'gone' }), aPullRequestEnvironment()];
    const opened = { type: 'pull_request.updated', pull_request: aPullRequest({ number: 5 }) };
    const ended = { type: 'pull_request.deleted', number: 1 };

    it.each([
      ['fetch-branches', { fetch_branches: false }, [opened, ended]],
      ['prune-branches', { prune_branches: false }, [pushed('main', 'B'), pushed('new', 'C'), opened, ended]],
      [
        'build-pull-requests',
        { build_pull_requests: false },
        [pushed('main', 'B'), pushed('new', 'C'), deleted('gone'), ended],
      ],
    ])('%s: it finds only what the others ask for', (_, options, events) => {
      expect(missing(everythingNew, known, options)).toEqual(events);
    });
  });
});
