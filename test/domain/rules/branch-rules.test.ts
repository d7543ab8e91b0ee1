import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../../shared/domain/deliveries/source-event.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anEnvironment,
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
  theProductionEnvironment,
} from '../../support/builders.ts';

type Pushed = Extract<SourceEvent, { type: 'branch.pushed' }>;

const aPush = (name: string, changes: Partial<Pushed> = {}): Pushed => ({
  type: 'branch.pushed',
  branch: 'feature/x',
  commit: commit(name),
  ...changes,
});
/** The event of a fetch for a branch whose commit it mirrored. */
const aFetched = (name: string, changes: Partial<Pushed> = {}): Pushed =>
  aPush(name, { mirrored: true, ...changes });
const aDeletion = (branch = 'feature/x') => ({ type: 'branch.deleted' as const, branch });

const running = aRunningActivity({ type: 'environment.push', commit: commit('B') });
const deletion = { type: 'environment.delete' as const };

describe('a push to a branch', () => {
  describe('when the branch has no environment', () => {
    it("creates an inactive one without data, under the default branch's", () => {
      const { environment, because } = changeOf(decide(aPush('A'), aState(), moment));

      expect(environment).toEqual({
        incarnation: moment.activityId,
        id: 'feature/x',
        project: projectId,
        integration: integrationId,
        title: 'feature/x',
        type: 'development',
        status: 'inactive',
        parent: 'main',
        head_commit: null,
        pull_request: null,
        has_remote: true,
        resources: null,
        deployment: null,
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
        activities: [expect.objectContaining({ clone_data: false })],
        created_at: moment.now,
        updated_at: moment.now,
        version: 0,
      });
      expect(because).toBe('the branch feature/x is new');
    });

    it('mirrors the ref', () => {
      const { environment } = changeOf(decide(aPush('A'), aState(), moment));

      expect(queueOf(environment)).toEqual(['push A, running']);
      expect(environment.activities[0]?.text).toBe(`Push ${commit('A').slice(0, 7)} to feature/x`);
    });

    it('has nothing left to do when a fetch has brought the commit', () => {
      const { environment } = changeOf(decide(aFetched('A'), aState(), moment));

      expect(environment).toMatchObject({ status: 'inactive', head_commit: commit('A'), activities: [] });
    });

    describe('and is the default branch', () => {
      it.each([
        ['pushed', aPush('A', { branch: 'main' })],
        ['fetched', aFetched('A', { branch: 'main' })],
      ])(
        'creates the production environment, active and without a parent, and deploys it (%s)',
        (_, event) => {
          const { environment } = changeOf(decide(event, aState(), moment));

          expect(environment).toMatchObject({
            id: 'main',
            type: 'production',
            status: 'active',
            parent: null,
          });
          expect(queueOf(environment)).toEqual(['push A, running']);
        },
      );
    });
  });

  describe('when the environment is inactive', () => {
    const environment = anEnvironment();

    it('mirrors the ref and leaves it inactive', () => {
      const { environment: after } = changeOf(decide(aPush('B'), aState({ environment }), moment));

      expect(after).toEqual({
        ...environment,
        activities: [
          expect.objectContaining({ type: 'environment.push', state: 'in_progress', clone_data: false }),
        ],
        updated_at: moment.now,
      });
    });

    it('moves its commit at once when a fetch has brought it', () => {
      const { environment: after } = changeOf(decide(aFetched('B'), aState({ environment }), moment));

      expect(after).toEqual({ ...environment, head_commit: commit('B'), updated_at: moment.now });
    });

    it('is queued behind open activities, even when a fetch mirrored it', () => {
      const busy = anEnvironment({ activities: [running] });

      const { environment: after } = changeOf(decide(aFetched('C'), aState({ environment: busy }), moment));

      expect(queueOf(after)).toEqual(['push B, running', 'push C, waiting']);
    });
  });

  describe('when the environment is active', () => {
    it.each([
      ['pushed', aPush('B')],
      ['fetched', aFetched('B')],
    ])('deploys it, and keeps the last deployment until then (%s)', (_, event) => {
      const { environment } = changeOf(decide(event, aState({ environment: anActiveEnvironment() }), moment));

      expect(queueOf(environment)).toEqual(['push B, running']);
      expect(environment.deployment).toEqual(aDeployment());
    });

    it('supersedes a push that waits, and lets the running deployment finish', () => {
      const environment = anActiveEnvironment({
        activities: [running, aWaitingActivity({ commit: commit('C') })],
      });

      const { environment: after, finished } = changeOf(decide(aPush('D'), aState({ environment }), moment));

      expect(queueOf(after)).toEqual(['push B, running', 'push D, waiting']);
      expect(endedOf(finished)).toEqual(['push C: cancelled']);
    });
  });

  describe('when the environment is being deleted', () => {
    it('is queued behind the deletion, and creates the environment again', () => {
      const environment = anEnvironment({ activities: [aRunningActivity(deletion)] });

      const { environment: after } = changeOf(decide(aPush('A'), aState({ environment }), moment));

      expect(queueOf(after)).toEqual(['delete, running', 'push A, waiting']);
    });
  });

  it.each<[string, Pushed, Parameters<typeof aState>[0], string]>([
    ['fetch-branches is off', aPush('B'), { fetch_branches: false }, 'fetch-branches is off'],
    [
      'fetch-branches is off and there is an environment',
      aPush('B'),
      { fetch_branches: false, environment: anEnvironment() },
      'fetch-branches is off',
    ],
    [
      'the environment is at that commit',
      aPush('A'),
      { environment: anEnvironment() },
      `feature/x is at ${commit('A').slice(0, 7)} already`,
    ],
    [
      'that commit is being deployed',
      aPush('B'),
      { environment: anActiveEnvironment({ activities: [running] }) },
      `feature/x is at ${commit('B').slice(0, 7)} already`,
    ],
    [
      'a pull request has the name',
      aPush('B', { branch: 'pr-1' }),
      { environment: aPullRequestEnvironment() },
      'a pull request has the environment pr-1',
    ],
  ])('changes nothing when %s, and says so', (_, event, state, because) => {
    expect(decide(event, aState(state), moment)).toEqual({ verdict: 'ignore', because });
  });
});

describe('a deleted branch', () => {
  describe('takes its environment with it', () => {
    it.each([
      ['an inactive one', anEnvironment(), ['delete, running']],
      ['an active one', anActiveEnvironment(), ['delete, running']],
      [
        'one that is being deployed, when that has ended',
        anActiveEnvironment({ activities: [running] }),
        ['push B, running', 'delete, waiting'],
      ],
      [
        'one that was to be deployed, in place of that',
        anActiveEnvironment({ activities: [running, aWaitingActivity({ commit: commit('C') })] }),
        ['push B, running', 'delete, waiting'],
      ],
      [
        'one that was to begin anew after a deletion',
        anEnvironment({
          activities: [aRunningActivity(deletion), aWaitingActivity({ commit: commit('B') })],
        }),
        ['delete, running', 'delete, waiting'],
      ],
    ])('%s', (_, environment, queue) => {
      const change = changeOf(decide(aDeletion(), aState({ environment }), moment));

      expect(queueOf(change.environment)).toEqual(queue);
      expect(change.because).toBe('the branch feature/x was deleted');
      expect(change.environment).toMatchObject({
        status: environment.status,
        deployment: environment.deployment,
      });
    });
  });

  it.each<[string, ReturnType<typeof aDeletion>, Parameters<typeof aState>[0], string]>([
    [
      'prune-branches is off',
      aDeletion(),
      { environment: anEnvironment(), prune_branches: false },
      'prune-branches is off',
    ],
    [
      'fetch-branches is off, whatever prune-branches says',
      aDeletion(),
      { environment: anEnvironment(), fetch_branches: false, prune_branches: true },
      'fetch-branches is off',
    ],
    ['there is no environment', aDeletion(), {}, 'there is no environment feature/x'],
    [
      "it is the default branch's",
      aDeletion('main'),
      { environment: theProductionEnvironment() },
      "the default branch's environment is never deleted",
    ],
    [
      'it is the production environment, though another branch is the default by now',
      aDeletion('main'),
      { environment: theProductionEnvironment(), default_branch: 'trunk' },
      "the default branch's environment is never deleted",
    ],
    [
      "it is the default branch's, though it is not the production environment yet",
      aDeletion('trunk'),
      { environment: anEnvironment({ id: 'trunk' }), default_branch: 'trunk' },
      "the default branch's environment is never deleted",
    ],
    [
      'it is being deleted',
      aDeletion(),
      { environment: anEnvironment({ activities: [aRunningActivity(deletion)] }) },
      'feature/x is being deleted already',
    ],
    [
      'a pull request has the name',
      aDeletion('pr-1'),
      { environment: aPullRequestEnvironment() },
      'a pull request has the environment pr-1',
    ],
  ])('leaves everything as it is when %s, and says so', (_, event, state, because) => {
    expect(decide(event, aState(state), moment)).toEqual({ verdict: 'ignore', because });
  });
});
