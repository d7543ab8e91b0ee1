import { describe, expect, it } from 'vitest';
import {
  deleteWithProject,
  explainDeletion,
  markDeleted,
  withFailure,
} from '../../../shared/domain/projects/delete-project.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aProject,
  aRunningActivity,
  aWaitingActivity,
  commit,
  endedOf,
  moment,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';

const now = '2026-11-22T11:00:00.000Z';
const later = '2026-11-22T12:00:00.000Z';
const push = { type: 'environment.push' as const, commit: commit('B') };
const deletion = { type: 'environment.delete' as const };

describe('a project that is deleted', () => {
  it('is marked with when', () => {
    expect(markDeleted(aProject(), now)).toEqual(
      aProject({ deletion: { requested_at: now, failure: null }, updated_at: now }),
    );
  });

  it('stays as it is when it is deleted again', () => {
    const marked = markDeleted(aProject(), now);

    expect(markDeleted(marked, later)).toBe(marked);
  });

  it('names the environment that could not be deleted and the remedy, until the deletion is requested again', () => {
    const marked = { ...aProject(), deletion: { requested_at: now, failure: null } };
    const failed = withFailure(marked, { id: 'pr-1' }, '.bough/teardown ended with exit status 1', later);

    expect(explainDeletion(failed)).toBe(
      'The project is being deleted. pr-1 could not be taken down: .bough/teardown ended with exit status 1. To delete it without its .bough/teardown: bough project:delete abcdefghijklm',
    );
    expect(markDeleted(failed, later)).toEqual({ ...marked, updated_at: later });
  });

  it('says so, and one that is not says nothing', () => {
    expect(explainDeletion(markDeleted(aProject(), now))).toBe('The project is being deleted.');
    expect(explainDeletion(aProject())).toBeNull();
  });
});

describe('an environment whose project is deleted', () => {
  it.each([
    ['an inactive one', anEnvironment(), ['delete A, running']],
    ["the default branch's", theProductionEnvironment(), ['delete A, running']],
    [
      'one that is being deployed, behind that',
      anActiveEnvironment({ activities: [aRunningActivity(push), aWaitingActivity(push)] }),
      ['push B, running', 'delete A, waiting'],
    ],
    [
      'one that was pushed to while it was being deleted',
      anEnvironment({ activities: [aRunningActivity(deletion), aWaitingActivity(push)] }),
      ['delete, running', 'delete A, waiting'],
    ],
  ])('goes too: %s', (_, environment, queue) => {
    const change = deleteWithProject(environment, true, moment);

    expect(queueOf(change!.environment!)).toEqual(queue);
    expect(change!.environment!.activities.at(-1)).toMatchObject({
      requested: true,
      because: 'its project is being deleted',
    });
    const waiting = environment.activities.slice(1);
    expect(endedOf(change!.finished)).toEqual(waiting.map(() => 'push B: cancelled'));
  });

  it('is left alone when it is on its way out', () => {
    const going = anEnvironment({ activities: [aRunningActivity(deletion)] });

    expect(deleteWithProject(going, true, moment)).toBeNull();
  });

  it.each([
    ['twice, the schedule tries again, with its own script', 2, false, { requested: false }],
    ['three times, the schedule tries no more', 3, false, null],
    ['three times, whoever deletes the project again has it tried', 3, true, { requested: true }],
  ])('and could not be taken down %s', (_, failed_deletions, isAsked, expected) => {
    const change = deleteWithProject(anActiveEnvironment({ failed_deletions }), isAsked, moment);

    if (expected === null) expect(change).toBeNull();
    else expect(change?.environment?.activities).toMatchObject([expected]);
  });
});
