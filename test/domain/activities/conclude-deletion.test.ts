import { describe, expect, it } from 'vitest';
import { conclude, type Outcome } from '../../../shared/domain/activities/conclude.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import {
  abbreviated,
  aDeployment,
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  aWaitingActivity,
  changeOf,
  commit,
  moment,
  queueOf,
} from '../../support/builders.ts';

const deletion = aRunningActivity({ type: 'environment.delete' });
const waitingPush = aWaitingActivity({ commit: commit('C') });

const outcome = (result: Outcome['ending']['result'], changes: Partial<Outcome> = {}): Outcome => ({
  activity: 'running',
  ending: { result, because: `it was a ${result}` },
  ...changes,
});
const concluded = (what: Outcome, environment: Environment) => changeOf(conclude(what, environment, moment));

describe('the end of a deletion', () => {
  it('is the end of the environment', () => {
    const decision = conclude(outcome('success'), anActiveEnvironment({ activities: [deletion] }), moment);

    expect(decision).toMatchObject({ verdict: 'change', environment: null });
    expect(decision).toMatchObject({ finished: [{ type: 'environment.delete', result: 'success' }] });
  });

  describe('when a push waits', () => {
    it('recreates the environment of a branch: inactive, without its former state', () => {
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

    it('lets a recreated environment of a branch be activated again', () => {
      const before = anActiveEnvironment({ resources: 'parent', activities: [deletion, waitingPush] });

      expect(concluded(outcome('success'), before).environment.resources).toBeNull();
    });

    it.each([
      ['that was active', {}],
      ['that a user had put to sleep: this is another life', { status: 'inactive' as const }],
    ])('lets a pull request begin anew: active, on what it was given (%s)', (_, changes) => {
      const before = aPullRequestEnvironment({
        resources: 'parent',
        activities: [deletion, waitingPush],
        ...changes,
      });

      const { environment } = concluded(outcome('success'), before);

      expect(environment).toMatchObject({
        status: 'active',
        resources: 'parent',
        head_commit: null,
        deployment: null,
      });
      expect(environment.pull_request).toEqual(before.pull_request);
    });

    it('lets a pull request that waited wait on', () => {
      const before = aPullRequestEnvironment({
        status: 'inactive',
        resources: null,
        pull_request: aForkLink('A'),
        activities: [deletion, waitingPush],
      });

      expect(concluded(outcome('success'), before).environment).toMatchObject({
        status: 'inactive',
        resources: null,
        pull_request: aForkLink('A'),
      });
    });

    it.each([
      ['a branch', anActiveEnvironment()],
      ["a pull request's", aPullRequestEnvironment()],
    ])('lets what a user has deleted begin anew like any other: %s', (_, environment) => {
      const requested = { ...deletion, requested: true };
      const before = { ...environment, activities: [requested, waitingPush] };

      expect(queueOf(concluded(outcome('success'), before).environment)).toEqual(['push C, running']);
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
    const refuted = (name: string) => outcome('cancelled', { source_commit: commit(name) });

    it('redoes the push that the deletion superseded', () => {
      const { environment } = concluded(refuted('B'), anActiveEnvironment({ activities: [deletion] }));

      expect(queueOf(environment)).toEqual(['push B, running']);
      expect(environment.activities[0]).toMatchObject({
        id: moment.activityId,
        because: 'it was a cancelled',
      });
    });

    it('deploys the commit whose build was stopped for the deletion', () => {
      const before = anActiveEnvironment({ head_commit: commit('B'), activities: [deletion] });

      expect(queueOf(concluded(refuted('B'), before).environment)).toEqual(['push B, running']);
    });

    it.each([
      ['is at that commit', anActiveEnvironment({ activities: [deletion] }), refuted('A'), []],
      [
        'is at that commit, which Bitbucket abbreviates',
        aPullRequestEnvironment({ activities: [deletion] }),
        outcome('cancelled', { source_commit: abbreviated('A') }),
        [],
      ],
      [
        'sleeps at that commit',
        anEnvironment({ head_commit: commit('B'), activities: [deletion] }),
        refuted('B'),
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
