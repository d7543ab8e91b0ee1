import { describe, expect, it } from 'vitest';
import { conclude } from '../../../shared/domain/activities/conclude.ts';
import type { EnvironmentEvent } from '../../../shared/domain/deliveries/source-event.ts';
import { type Action, decideAction } from '../../../shared/domain/environments/actions.ts';
import { editEnvironment } from '../../../shared/domain/environments/edit-environment.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { deleteWithProject } from '../../../shared/domain/projects/delete-project.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import { reconcile } from '../../../shared/domain/rules/reconcile.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  aRunningActivity,
  aState,
  changeOf,
  commit,
  moment,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';

const guarded = { protected: true };
const branch = anActiveEnvironment(guarded);
const pullRequest = aPullRequestEnvironment(guarded);
const because = ({ id }: Environment) =>
  `${id} is protected: bough environment:info -e ${id} protected false lifts that`;
const context = (environment: Environment, integration: ReturnType<typeof anIntegration> | null = null) => ({
  environment,
  integration,
  data_source: null,
});

describe('a protected environment', () => {
  it.each<[string, Environment, EnvironmentEvent]>([
    ['the deletion of its branch', branch, { type: 'branch.deleted', branch: branch.id }],
    [
      'the same of one that is inactive',
      anEnvironment(guarded),
      { type: 'branch.deleted', branch: branch.id },
    ],
    ['a merge', pullRequest, { type: 'pull_request.merged', number: 1 }],
    ['a declined pull request', pullRequest, { type: 'pull_request.declined', number: 1 }],
    ['a deleted pull request', pullRequest, { type: 'pull_request.deleted', number: 1 }],
  ])('is not deleted by %s', (_, environment, event) => {
    expect(decide(event, aState({ environment }), moment)).toEqual({
      verdict: 'ignore',
      because: because(environment),
    });
  });

  it('is not deleted by a prune', () => {
    const observation = {
      branches: new Map([['main', commit('A')]]),
      unreadable: new Set<string>(),
      mirrored: false,
    };
    const pullRequests = { list: [], has_more: false };
    const known = [theProductionEnvironment(), branch, pullRequest];

    expect(reconcile({ ...observation, pullRequests }, known, aState(), moment.now)).toEqual({
      changes: [],
      kept: [branch, pullRequest].map((one) => ({ environment: one.id, because: because(one) })),
    });
  });

  it('is not deleted when a deployment finds its source deleted', () => {
    const environment = { ...pullRequest, activities: [aRunningActivity()] };
    const ending = { result: 'cancelled' as const, because: 'the pull request is not open any more' };

    const after = changeOf(conclude({ activity: 'running', ending, gone: true }, environment, moment));

    expect(after.environment).toMatchObject({ id: 'pr-1', activities: [] });
  });

  it('is brought up to date like any other', () => {
    const event: EnvironmentEvent = { type: 'branch.pushed', branch: branch.id, commit: commit('B') };

    const { environment } = changeOf(decide(event, aState({ environment: branch }), moment));

    expect(queueOf(environment)).toEqual(['push B, running']);
    expect(environment.protected).toBe(true);
  });

  const made = anActiveEnvironment({ ...guarded, has_remote: false });
  it.each<[string, Action, Environment]>([
    ['deletes', { type: 'delete' }, made],
    ['deactivates', { type: 'deactivate' }, made],
  ])('loses no data when a user %s it without confirming that', (_, action, environment) => {
    expect(decideAction(action, context(environment, anIntegration()), moment)).toMatchObject({
      verdict: 'refuse',
      field: 'confirm',
      because: 'The environment feature/x is protected.',
    });
  });

  it('is deleted by a user who confirms the deletion, which removes the protection', () => {
    const action: Action = { type: 'delete', confirmed: true };
    const decision = decideAction(action, context(made, anIntegration()), moment);

    expect(decision).toMatchObject({
      verdict: 'change',
      environment: { protected: false, activities: [{ type: 'environment.delete' }] },
    });
  });

  it('stays protected when a user deactivates it', () => {
    const action: Action = { type: 'deactivate', confirmed: true };

    expect(decideAction(action, context(made, anIntegration()), moment)).toMatchObject({
      verdict: 'change',
      environment: { protected: true, activities: [{ type: 'environment.deactivate' }] },
    });
  });

  it('is deleted with its project', () => {
    expect(deleteWithProject(branch, true, moment)?.environment).toMatchObject({
      protected: false,
      activities: [{ type: 'environment.delete' }],
    });
  });
});

describe('the protection of an environment', () => {
  const doomed = anEnvironment({ activities: [aRunningActivity({ type: 'environment.delete' })] });

  it.each([
    ['is set', anEnvironment(), true],
    ['is lifted', branch, false],
    ['is set while the environment is being deleted', doomed, true],
    ['is lifted while the environment is being deleted', { ...doomed, protected: true }, false],
  ])('%s', (_, environment, isProtected) => {
    const edit = editEnvironment({ protected: isProtected }, environment, [], moment.now);

    expect(edit).toEqual({
      verdict: 'edit',
      environment: { ...environment, protected: isProtected, updated_at: moment.now },
    });
  });

  it('is the only thing that can be changed while the environment is being deleted', () => {
    const edit = editEnvironment({ protected: true, title: 'Another' }, doomed, [], moment.now);

    expect(edit).toMatchObject({ verdict: 'refuse' });
  });
});

describe("the default branch's environment", () => {
  it('cannot be deleted while the integration exists', () => {
    const action: Action = { type: 'delete' };

    expect(decideAction(action, context(theProductionEnvironment(), anIntegration()), moment)).toMatchObject({
      verdict: 'refuse',
      because: 'The default environment cannot be deleted.',
    });
  });

  it('can be deleted once the integration is removed', () => {
    const decision = decideAction({ type: 'delete' }, context(theProductionEnvironment()), moment);

    expect(decision).toMatchObject({ environment: { activities: [{ type: 'environment.delete' }] } });
  });
});
