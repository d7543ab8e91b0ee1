import { describe, expect, it } from 'vitest';
import type { PullRequest } from '../../../shared/domain/deliveries/source-event.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import {
  abbreviated,
  aDeployment,
  aLink,
  anEnvironment,
  aPullRequest,
  aPullRequestEnvironment,
  aRunningActivity,
  aState,
  aWaitingActivity,
  changeOf,
  commit,
  endedOf,
  integrationId,
  moment,
  projectId,
  queueOf,
} from '../../support/builders.ts';

const opened = (pull_request: PullRequest) => ({ type: 'pull_request.opened' as const, pull_request });
const updated = (pull_request: PullRequest) => ({ type: 'pull_request.updated' as const, pull_request });
const deletion = { type: 'environment.delete' as const };

describe.each([
  ['opened', opened],
  ['updated', updated],
])('a pull request that was %s', (_, event) => {
  describe('when it has no environment', () => {
    it("creates an active one under its target's, and deploys it with a copy of that one's data", () => {
      const pullRequest = aPullRequest({ number: 7, target: 'release/2' });

      const { environment, because } = changeOf(decide(event(pullRequest), aState(), moment));

      expect(environment).toEqual({
        id: 'pr-7',
        project: projectId,
        integration: integrationId,
        title: 'A better header',
        type: 'development',
        status: 'active',
        parent: 'release/2',
        head_commit: null,
        pull_request: aLink({ number: 7, target_branch: 'release/2' }),
        has_remote: true,
        resources: 'default',
        deployment: null,
        incarnation: moment.activityId,
        failed_deletions: 0,
        parent_is_chosen: false,
        protected: false,
        gone_since: null,
        build_status: null,
        setbacks: null,
        restrict_robots: null,
        http_access: null,
        published_access: null,
        last_activity: null,
        activities: [expect.anything()],
        created_at: moment.now,
        updated_at: moment.now,
        version: 0,
      });
      expect(queueOf(environment)).toEqual(['activate A with data, running']);
      expect(because).toBe('pull request #7 is open');
    });

    it('starts without data when pull-requests-clone-parent-data is off', () => {
      const state = aState({ pull_requests_clone_parent_data: false });

      const { environment } = changeOf(decide(event(aPullRequest()), state, moment));

      expect(queueOf(environment)).toEqual(['activate A, running']);
    });

    it('is created without a known commit: the activity reads its source branch', () => {
      const pullRequest = aPullRequest({ source: { commit: null } });

      expect(queueOf(changeOf(decide(event(pullRequest), aState(), moment)).environment)).toEqual([
        'activate with data, running',
      ]);
    });
  });

  describe('when its head has moved', () => {
    const pullRequest = aPullRequest({ source: { commit: commit('B') } });

    it('deploys again, and leaves the data alone', () => {
      const state = aState({ environment: aPullRequestEnvironment() });

      const { environment, because } = changeOf(decide(event(pullRequest), state, moment));

      expect(queueOf(environment)).toEqual(['push B, running']);
      expect(environment.deployment).toEqual(aDeployment());
      expect(because).toBe(`${commit('B').slice(0, 7)} was pushed to pull request #1`);
    });

    it("brings the parent's data first when resync-pull-requests is on", () => {
      const state = aState({ environment: aPullRequestEnvironment(), resync_pull_requests: true });

      expect(queueOf(changeOf(decide(event(pullRequest), state, moment)).environment)).toEqual([
        'push B with data, running',
      ]);
    });

    it('supersedes a pending push, and inherits its copy of the data', () => {
      const activities = [aRunningActivity(), aWaitingActivity({ commit: commit('C'), clone_data: true })];
      const state = aState({ environment: aPullRequestEnvironment({ activities }) });

      const { environment, finished } = changeOf(decide(event(pullRequest), state, moment));

      expect(queueOf(environment)).toEqual(['push, running', 'push B with data, waiting']);
      expect(endedOf(finished)).toEqual(['push C with data: cancelled']);
    });
  });

  it('is not tried again after a failure without a push', () => {
    const state = aState({ environment: aPullRequestEnvironment({ deployment: null }) });

    expect(decide(event(aPullRequest()), state, moment).verdict).toBe('ignore');
  });

  describe('when its target has changed', () => {
    const state = aState({ environment: aPullRequestEnvironment() });

    it("moves under the new target's environment, without a deployment", () => {
      const { environment, because } = changeOf(
        decide(event(aPullRequest({ target: 'release/2' })), state, moment),
      );

      expect(environment).toEqual({
        ...aPullRequestEnvironment(),
        parent: 'release/2',
        pull_request: aLink({ target_branch: 'release/2' }),
        updated_at: moment.now,
      });
      expect(because).toBe('pull request #1 was edited');
    });

    it('moves and deploys when its head has moved as well', () => {
      const pullRequest = aPullRequest({ target: 'release/2', source: { commit: commit('B') } });

      const { environment } = changeOf(decide(event(pullRequest), state, moment));

      expect(environment.parent).toBe('release/2');
      expect(queueOf(environment)).toEqual(['push B, running']);
    });
  });

  it('keeps the parent that took it in when its target was deleted, as long as the target is the same', () => {
    const environment = aPullRequestEnvironment({
      parent: 'main',
      pull_request: aLink({ target_branch: 'gone' }),
    });

    const change = changeOf(
      decide(event(aPullRequest({ target: 'gone', title: 'New' })), aState({ environment }), moment),
    );

    expect(change.environment).toMatchObject({ parent: 'main', title: 'New' });
  });

  it('takes over a new title, without a deployment', () => {
    const state = aState({ environment: aPullRequestEnvironment() });

    const { environment } = changeOf(
      decide(event(aPullRequest({ title: 'The best header' })), state, moment),
    );

    expect(environment).toEqual({
      ...aPullRequestEnvironment(),
      title: 'The best header',
      updated_at: moment.now,
    });
  });

  it('cuts a title that is too long, and is not surprised by it the next time', () => {
    const pullRequest = aPullRequest({ title: 'long '.repeat(100) });

    const { environment } = changeOf(decide(event(pullRequest), aState(), moment));

    expect(environment.title).toHaveLength(200);
    expect(decide(event(pullRequest), aState({ environment }), moment).verdict).toBe('ignore');
  });

  it.each([
    ['an emoji across the limit', `${'x'.repeat(199)}🌱!`, 'x'.repeat(199)],
    ['an unpaired surrogate', 'Half \ud83c', 'Half \ufffd'],
  ])('keeps a title with %s in whole characters', (_, title, kept) => {
    const pullRequest = aPullRequest({ title });

    const { environment } = changeOf(decide(event(pullRequest), aState(), moment));

    expect(environment.title).toBe(kept);
    expect(environment.activities).toMatchObject([{ text: `Activate pr-1 for pull request #1: ${kept}` }]);
    expect(decide(event(pullRequest), aState({ environment }), moment).verdict).toBe('ignore');
  });

  describe('when its environment is being deleted', () => {
    const environment = aPullRequestEnvironment({ activities: [aRunningActivity(deletion)] });

    it.each([
      ['at the same commit', aPullRequest(), 'push A, waiting'],
      ['at a commit that nobody knows', aPullRequest({ source: { commit: null } }), 'push, waiting'],
    ])('begins anew after that, once (%s)', (__, pullRequest, waiting) => {
      const { environment: after } = changeOf(decide(event(pullRequest), aState({ environment }), moment));

      expect(queueOf(after)).toEqual(['delete, running', waiting]);
      expect(decide(event(pullRequest), aState({ environment: after }), moment).verdict).toBe('ignore');
    });
  });

  it.each<[string, PullRequest, Parameters<typeof aState>[0], string]>([
    [
      'build-pull-requests is off',
      aPullRequest(),
      { build_pull_requests: false },
      'build-pull-requests is off',
    ],
    [
      'build-pull-requests is off and it has an environment',
      aPullRequest({ source: { commit: commit('B') } }),
      { build_pull_requests: false, environment: aPullRequestEnvironment() },
      'build-pull-requests is off',
    ],
    [
      'nothing that matters changed',
      aPullRequest(),
      { environment: aPullRequestEnvironment() },
      'nothing that matters changed in pull request #1',
    ],
    [
      'its commit is the same, abbreviated',
      aPullRequest({ source: { commit: abbreviated('A') } }),
      { environment: aPullRequestEnvironment() },
      'nothing that matters changed in pull request #1',
    ],
    [
      'its commit is being deployed',
      aPullRequest({ source: { commit: abbreviated('B') } }),
      { environment: aPullRequestEnvironment({ activities: [aRunningActivity({ commit: commit('B') })] }) },
      'nothing that matters changed in pull request #1',
    ],
    [
      'its source branch is gone, so that Bitbucket knows no commit',
      aPullRequest({ source: { commit: null } }),
      { environment: aPullRequestEnvironment() },
      'nothing that matters changed in pull request #1',
    ],
  ])('changes nothing when %s, and says so', (__, pullRequest, state, because) => {
    expect(decide(event(pullRequest), aState(state), moment)).toEqual({ verdict: 'ignore', because });
  });

  it('changes nothing when a branch has the id, and marks the decision so that it is reported', () => {
    const state = aState({ environment: anEnvironment({ id: 'pr-1' }) });

    expect(decide(event(aPullRequest()), state, moment)).toEqual({
      verdict: 'ignore',
      because: 'the branch pr-1 has the environment pr-1: rename the branch, and pull request #1 gets it',
      is_name_taken: true,
    });
  });
});

describe.each(['merged', 'declined', 'deleted', 'superseded'] as const)(
  'a pull request that was %s',
  (end) => {
    const event = { type: `pull_request.${end}` as const, number: 1 };

    it.each([
      ['deployed', aPullRequestEnvironment(), ['delete, running']],
      [
        'never deployed',
        aPullRequestEnvironment({ deployment: null, head_commit: null }),
        ['delete, running'],
      ],
      [
        'being deployed',
        aPullRequestEnvironment({ activities: [aRunningActivity({ commit: commit('B') })] }),
        ['push B, running', 'delete, waiting'],
      ],
      [
        'to be deployed',
        aPullRequestEnvironment({
          activities: [aRunningActivity(), aWaitingActivity({ commit: commit('B') })],
        }),
        ['push, running', 'delete, waiting'],
      ],
      [
        'to begin anew after a deletion',
        aPullRequestEnvironment({ activities: [aRunningActivity(deletion), aWaitingActivity()] }),
        ['delete, running', 'delete, waiting'],
      ],
    ])('loses its environment, which is %s', (_, environment, queue) => {
      const change = changeOf(decide(event, aState({ environment }), moment));

      expect(queueOf(change.environment)).toEqual(queue);
      expect(change.because).toBe(
        end === 'deleted' ? 'pull request #1 is not open any more' : `pull request #1 was ${end}`,
      );
    });

    it('loses it also when pull requests are no longer built', () => {
      const state = aState({ environment: aPullRequestEnvironment(), build_pull_requests: false });

      expect(queueOf(changeOf(decide(event, state, moment)).environment)).toEqual(['delete, running']);
    });

    it.each<[string, Parameters<typeof aState>[0], string]>([
      ['it has none', {}, 'there is no environment pr-1'],
      [
        'it is being deleted',
        { environment: aPullRequestEnvironment({ activities: [aRunningActivity(deletion)] }) },
        'pr-1 is being deleted already',
      ],
      [
        'a branch has the name',
        { environment: anEnvironment({ id: 'pr-1' }) },
        'a branch has the environment pr-1',
      ],
    ])('changes nothing when %s, and says so', (_, state, because) => {
      expect(decide(event, aState(state), moment)).toEqual({ verdict: 'ignore', because });
    });
  },
);
