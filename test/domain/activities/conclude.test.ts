import { describe, expect, it } from 'vitest';
import { conclude, type Outcome } from '../../../shared/domain/activities/conclude.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import {
  aDeployment,
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  aWaitingActivity,
  changeOf,
  commit,
  endedOf,
  moment,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';

const push = aRunningActivity({ type: 'environment.push', commit: commit('B') });
const waitingPush = aWaitingActivity({ commit: commit('C') });
const waitingDeletion = aWaitingActivity({ type: 'environment.delete' });

const outcome = (result: Outcome['ending']['result'], changes: Partial<Outcome> = {}): Outcome => ({
  activity: 'running',
  ending: { result, because: `it was a ${result}` },
  ...changes,
});
const concluded = (what: Outcome, environment: Environment) => changeOf(conclude(what, environment, moment));

describe('the end of a deployment', () => {
  const environment = anActiveEnvironment({ activities: [push] });
  const deployed = aDeployment({ id: 'running', commit: commit('B') });

  it("makes it the environment's, and its commit the head", () => {
    const { environment: after, finished } = concluded(
      outcome('success', { commit: commit('B'), deployment: deployed }),
      environment,
    );

    expect(after).toEqual({
      ...environment,
      head_commit: commit('B'),
      deployment: deployed,
      build_status: {
        commit: commit('B'),
        activity: 'running',
        state: 'successful',
        description: null,
        undelivered: null,
      },
      activities: [],
      updated_at: moment.now,
    });
    expect(endedOf(finished)).toEqual(['push B: success']);
  });

  it('keeps the last deployment when it failed, and says why', () => {
    const {
      environment: after,
      finished,
      because,
    } = concluded(outcome('failure', { commit: commit('B') }), environment);

    expect(after).toMatchObject({ head_commit: commit('B'), deployment: aDeployment(), activities: [] });
    expect(finished).toMatchObject([{ result: 'failure', because: 'it was a failure' }]);
    expect(because).toBe('it was a failure');
  });

  it('leaves the commit as it was when nothing came into the mirror', () => {
    const { environment: after } = concluded(outcome('failure'), environment);

    expect(after).toMatchObject({ head_commit: commit('A'), deployment: aDeployment() });
  });

  it.each([
    ['success', { commit: commit('B'), deployment: deployed }],
    ['failure', { commit: commit('B') }],
    ['cancelled', {}],
  ] as const)('starts what waits, after a %s', (result, changes) => {
    const busy = anActiveEnvironment({ activities: [push, waitingPush] });

    expect(queueOf(concluded(outcome(result, changes), busy).environment)).toEqual(['push C, running']);
  });

  it('makes nothing of an inactive environment but its new commit', () => {
    const inactive = anEnvironment({ activities: [push] });

    expect(concluded(outcome('success', { commit: commit('B') }), inactive).environment).toEqual({
      ...inactive,
      head_commit: commit('B'),
      activities: [],
      updated_at: moment.now,
    });
  });
});

describe('the end of an activity whose commit waits for a user', () => {
  const waits = 'it waits for approval';
  const fetched = outcome('success', { commit: commit('B'), waits });

  it.each([
    ['leaves what is deployed, and has the commit', anActiveEnvironment({ activities: [push] })],
    [
      'leaves what sleeps asleep, and has the commit',
      aPullRequestEnvironment({
        status: 'inactive',
        resources: null,
        deployment: null,
        pull_request: aForkLink(),
        activities: [push],
      }),
    ],
  ])('%s', (_, environment) => {
    const after = concluded(fetched, environment).environment;

    expect(after).toEqual({
      ...environment,
      head_commit: commit('B'),
      build_status: {
        commit: commit('B'),
        activity: 'running',
        state: 'stopped',
        description: waits,
        undelivered: null,
      },
      activities: [],
      updated_at: moment.now,
    });
  });

  it('approves of nothing', () => {
    const environment = aPullRequestEnvironment({ pull_request: aForkLink('A'), activities: [push] });

    expect(concluded(fetched, environment).environment.pull_request).toEqual(aForkLink('A'));
  });
});

describe('the end of a deactivation', () => {
  const deactivation = aRunningActivity({ type: 'environment.deactivate', commit: commit('A') });
  const environment = anActiveEnvironment({ activities: [deactivation] });

  it('deactivates the environment: its code and resources stay', () => {
    expect(concluded(outcome('success'), environment).environment).toEqual({
      ...environment,
      status: 'inactive',
      deployment: null,
      activities: [],
      updated_at: moment.now,
    });
  });

  it.each(['failure', 'cancelled'] as const)('leaves it as it was, after a %s', (result) => {
    expect(concluded(outcome(result), environment).environment).toEqual({
      ...environment,
      activities: [],
      updated_at: moment.now,
    });
  });

  it.each(['environment.deactivate', 'environment.delete'] as const)(
    'that failed does not take the commit by which it was taken down for the head: %s',
    (type) => {
      const behind = anActiveEnvironment({
        head_commit: commit('B'),
        activities: [aRunningActivity({ type })],
      });

      const after = concluded(outcome('failure', { commit: commit('A') }), behind).environment;

      expect(after).toMatchObject({ head_commit: commit('B'), deployment: aDeployment() });
    },
  );

  it('starts a push that waits, to be mirrored', () => {
    const before = anActiveEnvironment({ activities: [deactivation, waitingPush] });

    const after = concluded(outcome('success'), before).environment;

    expect(after.status).toBe('inactive');
    expect(queueOf(after)).toEqual(['push C, running']);
  });
});

describe('an activity that found its source deleted', () => {
  const gone = outcome('cancelled', { gone: true });

  it('ends with the deletion of the environment', () => {
    const { environment } = concluded(gone, aPullRequestEnvironment({ activities: [push] }));

    expect(queueOf(environment)).toEqual(['delete, running']);
    expect(environment.activities[0]).toMatchObject({
      id: moment.activityId,
      text: 'Delete pr-1',
      because: 'it was a cancelled',
    });
  });

  it('does not start a push that waited: it is superseded', () => {
    const { environment, finished } = concluded(
      gone,
      aPullRequestEnvironment({ activities: [push, waitingPush] }),
    );

    expect(queueOf(environment)).toEqual(['delete, running']);
    expect(endedOf(finished)).toEqual(['push C: cancelled', 'push B: cancelled']);
  });

  it('leaves it to the deletion that waits already', () => {
    const { environment } = concluded(
      gone,
      aPullRequestEnvironment({ activities: [push, { ...waitingDeletion, id: 'asked-for' }] }),
    );

    expect(environment.activities).toMatchObject([{ id: 'asked-for', state: 'in_progress' }]);
  });

  it('never ends the production environment', () => {
    const { environment } = concluded(gone, theProductionEnvironment({ activities: [push] }));

    expect(queueOf(environment)).toEqual([]);
  });
});

describe('an outcome that nothing waits for', () => {
  const because = 'activity running has ended already';

  it.each([
    ['because it came before', anEnvironment()],
    ['because another activity runs by now', anEnvironment({ activities: [{ ...push, id: 'another' }] })],
    ['because the environment was put to sleep', anEnvironment({ resources: 'default' })],
    ['because the environment is gone', null],
  ])('changes nothing (%s)', (_, environment) => {
    const late = outcome('success', { deployment: aDeployment(), gone: true });

    expect(conclude(late, environment, moment)).toEqual({ verdict: 'ignore', because });
  });
});
