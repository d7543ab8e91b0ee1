import { describe, expect, it } from 'vitest';
import { conclude } from '../../../shared/domain/activities/conclude.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import {
  abbreviated,
  aDeployment,
  aForkLink,
  aForkPullRequest,
  aPullRequest,
  aPullRequestEnvironment,
  aRunningActivity,
  aState,
  changeOf,
  commit,
  moment,
  nameOf,
  queueOf,
} from '../../support/builders.ts';

type Options = Parameters<typeof aState>[0];

const at = (name: string) => aForkPullRequest({ source: { commit: commit(name) } });
const told = (pull_request = at('A')) => ({ type: 'pull_request.updated' as const, pull_request });
const decided = (options: Options, pullRequest = at('A')) =>
  decide(told(pullRequest), aState(options), moment);
const changed = (options: Options, pullRequest = at('A')) =>
  changeOf(decided(options, pullRequest)).environment;

/** An environment of a fork without an approval, with A in the mirror. */
const waiting = (changes: Partial<Environment> = {}) =>
  aPullRequestEnvironment({
    status: 'inactive',
    resources: null,
    deployment: null,
    pull_request: aForkLink(),
    ...changes,
  });
/** An environment of a fork whose commit A was approved and deployed. */
const approved = (changes: Partial<Environment> = {}) =>
  aPullRequestEnvironment({ pull_request: aForkLink('A'), ...changes });
const approvalOf = ({ pull_request }: Environment) => nameOf(pull_request?.fork?.approved_commit);

describe('a pull request from a fork', () => {
  describe('where none is built', () => {
    const build_fork_pull_requests = 'never';

    it.each([
      ['gets no environment', null],
      ['changes nothing in one that it has, waiting', waiting()],
      ['changes nothing in one that it has, deployed', approved()],
    ])('%s', (_, environment) => {
      expect(decided({ build_fork_pull_requests, environment }, at('B'))).toEqual({
        verdict: 'ignore',
        because: 'build-fork-pull-requests is never',
      });
    });

    it.each([
      ['waiting', waiting()],
      ['deployed', approved()],
    ])('still takes its environment with it when it ends: %s', (_, environment) => {
      const state = aState({ build_fork_pull_requests, environment });

      const change = changeOf(decide({ type: 'pull_request.declined', number: 1 }, state, moment));

      expect(queueOf(change.environment)).toEqual(['delete, running']);
    });

    it('does not prevent pull requests from branches of the repository itself', () => {
      expect(changed({ build_fork_pull_requests }, aPullRequest()).status).toBe('active');
    });
  });

  describe('where they are built once approved', () => {
    it('gets an inactive environment, is mirrored, and states that it waits for approval', () => {
      const change = changeOf(decided({}));

      expect(change.environment).toMatchObject({
        id: 'pr-1',
        status: 'inactive',
        resources: null,
        parent: 'main',
        pull_request: aForkLink(),
      });
      expect(queueOf(change.environment)).toEqual(['push A, running']);
      expect(change.because).toBe('pull request #1 is open and waits for approval');
    });

    it('gets the environment also when its head is unknown', () => {
      const pullRequest = aForkPullRequest({ source: { commit: null } });

      expect(changed({}, pullRequest)).toMatchObject({ status: 'inactive', pull_request: aForkLink() });
    });

    it('waits on with the next commit, which is mirrored', () => {
      const environment = changed({ environment: waiting() }, at('B'));

      expect(environment).toMatchObject({ status: 'inactive', pull_request: aForkLink() });
      expect(queueOf(environment)).toEqual(['push B, running']);
    });

    it('has each commit approved by itself: a new one waits, and the approved one stays deployed', () => {
      const environment = changed({ environment: approved() }, at('B'));
      const fetched = changeOf(
        conclude(
          {
            activity: moment.activityId,
            ending: { result: 'success', because: 'it waits' },
            commit: commit('B'),
            waits: 'it waits',
          },
          environment,
          moment,
        ),
      ).environment;

      expect(fetched).toMatchObject({
        status: 'active',
        head_commit: commit('B'),
        deployment: aDeployment(),
      });
      expect(approvalOf(fetched)).toBe('A');
    });

    it.each([
      ['its title', { title: 'Another' }],
      ['its target', { target: 'release' }],
      ['its fork, which was renamed', { source: { repository: 'stranger/web' } }],
    ])('keeps its approval when it changes %s', (_, changes) => {
      const environment = changed({ environment: approved() }, aForkPullRequest(changes));

      expect(approvalOf(environment)).toBe('A');
      expect(queueOf(environment)).toEqual([]);
    });

    it('changes nothing as long as it is at the commit that waits, which Bitbucket abbreviates', () => {
      const pullRequest = aForkPullRequest({ source: { commit: abbreviated('A') } });

      expect(decided({ environment: waiting() }, pullRequest).verdict).toBe('ignore');
    });
  });

  describe('where all of them are built', () => {
    const build_fork_pull_requests = 'always';

    it('is deployed at once with a copy of the data, like any other', () => {
      const environment = changed({ build_fork_pull_requests });

      expect(environment).toMatchObject({ status: 'active', pull_request: aForkLink('A') });
      expect(queueOf(environment)).toEqual(['activate A with data, running']);
    });

    it('has each commit approved as it comes', () => {
      const environment = changed({ build_fork_pull_requests, environment: approved() }, at('B'));

      expect(approvalOf(environment)).toBe('B');
      expect(queueOf(environment)).toEqual(['push B, running']);
    });

    it.each([
      ['when it is told again, abbreviated', abbreviated('A')],
      ['while its branch is gone, so that Bitbucket knows no commit', null],
    ])('keeps the whole commit %s', (_, head) => {
      const pullRequest = aForkPullRequest({ source: { commit: head } });

      expect(decided({ build_fork_pull_requests, environment: approved() }, pullRequest).verdict).toBe(
        'ignore',
      );
    });
  });

  describe('when all are let in that had to be approved', () => {
    const build_fork_pull_requests = 'always';

    it('is activated if it never was', () => {
      const environment = changed({ build_fork_pull_requests, environment: waiting() });

      expect(environment).toMatchObject({ status: 'active', resources: 'default' });
      expect(queueOf(environment)).toEqual(['activate A with data, running']);
    });

    it('is activated behind open activities, which may copy the data', () => {
      const fetching = waiting({ activities: [aRunningActivity({ commit: commit('A') })] });

      expect(queueOf(changed({ build_fork_pull_requests, environment: fetching }))).toEqual([
        'push A, running',
        'activate A, waiting',
      ]);
    });

    it('has the commit deployed that waited behind an approved one', () => {
      const environment = changed(
        { build_fork_pull_requests, environment: approved({ head_commit: commit('B') }) },
        at('B'),
      );

      expect(queueOf(environment)).toEqual(['push B, running']);
    });

    it('stays inactive if a user deactivated it', () => {
      const asleep = approved({ status: 'inactive', deployment: null, head_commit: commit('B') });

      expect(changed({ build_fork_pull_requests, environment: asleep }, at('B'))).toMatchObject({
        status: 'inactive',
        activities: [],
      });
    });
  });

  describe('when the option changes from always to approved', () => {
    it.each([
      ['whole', commit('A')],
      ['abbreviated', abbreviated('A')],
    ])('keeps what is deployed (its commit was told %s)', (_, approved_commit) => {
      const fork = { repository: 'stranger/website', approved_commit };
      const environment = approved({ pull_request: { ...aForkLink(), fork } });

      expect(decided({ environment }).verdict).toBe('ignore');
    });

    it('waits with the next commit', () => {
      expect(approvalOf(changed({ environment: approved() }, at('B')))).toBe('A');
    });
  });

  describe('when the fork was deleted', () => {
    const orphaned = aForkPullRequest({ source: { repository: null, commit: null }, title: 'Another' });

    it.each(['approved', 'always'] as const)(
      'changes nothing, and its environment stays while it is open (%s)',
      (build_fork_pull_requests) => {
        const because = 'the fork is gone, so there is nothing to build';
        const ignored = { verdict: 'ignore', because };

        expect(decided({ build_fork_pull_requests }, orphaned)).toEqual(ignored);
        expect(decided({ build_fork_pull_requests, environment: approved() }, orphaned)).toEqual(ignored);
      },
    );

    it('loses its environment when it ends', () => {
      const state = aState({ environment: approved() });

      const change = changeOf(decide({ type: 'pull_request.merged', number: 1 }, state, moment));

      expect(queueOf(change.environment)).toEqual(['delete, running']);
    });
  });
});
