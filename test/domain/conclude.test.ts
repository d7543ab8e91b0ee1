import { describe, expect, it } from 'vitest';
import { conclude, type Outcome } from '../../shared/domain/conclude.ts';
import type { Environment } from '../../shared/domain/environment.ts';
import {
  abbreviated,
  aDeployment,
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
} from '../support/builders.ts';

const push = aRunningActivity({ type: 'environment.push', commit: commit('B') });
const deletion = aRunningActivity({ type: 'environment.delete' });
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

describe('the end of a deletion', () => {
  it('is the end of the environment', () => {
    const decision = conclude(outcome('success'), anActiveEnvironment({ activities: [deletion] }), moment);

    expect(decision).toMatchObject({ verdict: 'change', environment: null });
    expect(decision).toMatchObject({ finished: [{ type: 'environment.delete', result: 'success' }] });
  });

  describe('when a push waits', () => {
    it('lets a branch begin anew: inactive, with nothing of what it was', () => {
      const before = anActiveEnvironment({ activities: [deletion, waitingPush] });

      const { environment } = concluded(outcome('success'), before);

      expect(environment).toMatchObject({
        id: 'feature/x',
        parent: 'main',
        status: 'inactive',
        head_commit: null,
        deployment: null,
        created_at: moment.now,
      });
      expect(queueOf(environment)).toEqual(['push C, running']);
    });

    it('lets a pull request begin anew: active', () => {
      const before = aPullRequestEnvironment({ activities: [deletion, waitingPush] });

      const { environment } = concluded(outcome('success'), before);

      expect(environment).toMatchObject({ status: 'active', head_commit: null, deployment: null });
      expect(environment.pull_request).toEqual(before.pull_request);
    });

    it.each(['failure', 'cancelled'] as const)(
      'goes on with the environment as it was, after a %s',
      (result) => {
        const before = anActiveEnvironment({ activities: [deletion, waitingPush] });

        const { environment } = concluded(outcome(result), before);

        expect(environment).toMatchObject({
          status: 'active',
          head_commit: commit('A'),
          deployment: aDeployment(),
          created_at: before.created_at,
        });
        expect(queueOf(environment)).toEqual(['push C, running']);
      },
    );
  });

  describe('when git showed that the source exists', () => {
    const refuted = (name: string) => outcome('cancelled', { alive: commit(name) });

    it('brings up to date what the deletion had called off', () => {
      const { environment } = concluded(refuted('B'), anActiveEnvironment({ activities: [deletion] }));

      expect(queueOf(environment)).toEqual(['push B, running']);
      expect(environment.activities[0]).toMatchObject({
        id: moment.activityId,
        because: 'it was a cancelled',
      });
    });

    it.each([
      ['is at that commit', anActiveEnvironment({ activities: [deletion] }), refuted('A'), []],
      [
        'is at that commit, which Bitbucket abbreviates',
        aPullRequestEnvironment({ activities: [deletion] }),
        outcome('cancelled', { alive: abbreviated('A') }),
        [],
      ],
      [
        'has a push waiting',
        anActiveEnvironment({ activities: [deletion, waitingPush] }),
        refuted('B'),
        ['push C, running'],
      ],
    ])('has nothing to do when the environment %s', (_, before, what, queue) => {
      expect(queueOf(concluded(what, before).environment)).toEqual(queue);
    });
  });
});

describe('an activity that found its source gone for good', () => {
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
    ['because the environment is gone', null],
  ])('changes nothing (%s)', (_, environment) => {
    const late = outcome('success', { deployment: aDeployment(), gone: true });

    expect(conclude(late, environment, moment)).toEqual({ verdict: 'ignore', because });
  });
});
