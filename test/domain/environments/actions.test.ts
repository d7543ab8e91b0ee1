import { describe, expect, it } from 'vitest';
import {
  type Action,
  type ActionContext,
  decideAction,
} from '../../../shared/domain/environments/actions.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  aRunningActivity,
  aServerIntegration,
  commit,
  inShort,
  moment,
  theProductionEnvironment,
} from '../../support/builders.ts';

const decided = (action: Action, environment: Environment, context: Partial<ActionContext> = {}) =>
  decideAction(
    action,
    { environment, integration: anIntegration(), data_source: theProductionEnvironment(), ...context },
    moment,
  );
const refused = (because: string, remedy: string) => ({ verdict: 'refuse', because, remedy });
const gone: Partial<ActionContext> = { integration: null };
const without = (option: 'prune_branches' | 'build_pull_requests'): Partial<ActionContext> => ({
  integration: anIntegration({ [option]: false }),
});

const deactivate: Action = { type: 'deactivate' };
const redeploy: Action = { type: 'redeploy' };
const synchronize: Action = { type: 'synchronize', code: false, data: true };
const remove: Action = { type: 'delete' };
const madeHere = (changes: Partial<Environment> = {}) =>
  anActiveEnvironment({ id: 'sandbox', has_remote: false, ...changes });

const inactive = refused('The environment is not active.', 'Activate it with environment:activate.');
const orphaned = refused(
  'The environment feature/x has no integration any more.',
  'Add one for its repository: bough integration:add',
);

describe('the action of a user on an environment', () => {
  it.each([
    ['deactivate', deactivate, anActiveEnvironment(), {}, 'deactivate A', 'Deactivate feature/x'],
    [
      'deactivate, also when the integration is gone',
      deactivate,
      anActiveEnvironment(),
      gone,
      'deactivate A',
      'Deactivate feature/x',
    ],
    [
      "deactivate a pull request's",
      deactivate,
      aPullRequestEnvironment(),
      {},
      'deactivate A',
      'Deactivate pr-1',
    ],
    ['redeploy', redeploy, anActiveEnvironment(), {}, 'redeploy A', 'Redeploy feature/x'],
    [
      "redeploy the default branch's",
      redeploy,
      theProductionEnvironment(),
      {},
      'redeploy A',
      'Redeploy main',
    ],
    [
      'synchronize the data',
      synchronize,
      anActiveEnvironment(),
      {},
      'synchronize A with data',
      'Synchronize the data of feature/x from main',
    ],
    [
      "synchronize it from wherever there is data: a stacked pull request's target may have none",
      synchronize,
      aPullRequestEnvironment({ id: 'pr-2', parent: 'feature/x' }),
      { data_source: aPullRequestEnvironment() },
      'synchronize A with data',
      'Synchronize the data of pr-2 from pr-1',
    ],
    ['delete what was made here', remove, madeHere(), {}, 'delete A', 'Delete sandbox'],
    [
      'delete a branch where branches are not pruned',
      remove,
      anEnvironment(),
      without('prune_branches'),
      'delete A',
      'Delete feature/x',
    ],
    [
      "delete a pull request's where they are not built",
      remove,
      aPullRequestEnvironment(),
      without('build_pull_requests'),
      'delete A',
      'Delete pr-1',
    ],
    ['delete a branch after the integration', remove, anEnvironment(), gone, 'delete A', 'Delete feature/x'],
    [
      "delete a pull request's after the integration",
      remove,
      aPullRequestEnvironment(),
      gone,
      'delete A',
      'Delete pr-1',
    ],
  ])('is done: %s', (_, action, environment, context, activity, text) => {
    const decision = decided(action, environment, context);

    expect(decision).toEqual({
      verdict: 'change',
      because: 'a user asked for it',
      // The state changes when the activity ends.
      environment: { ...environment, activities: [expect.anything()], updated_at: moment.now },
      finished: [],
    });
    const queued = 'environment' in decision ? decision.environment?.activities[0] : undefined;
    expect(queued).toMatchObject({ text, requested: true, state: 'in_progress', id: moment.activityId });
    expect(queued && inShort(queued)).toBe(activity);
  });

  it.each([
    ['deactivate', deactivate],
    ['redeploy', redeploy],
    ['synchronize', synchronize],
  ])('is refused while it is inactive: %s', (_, action) => {
    expect(decided(action, anEnvironment())).toEqual(inactive);
  });

  it.each([
    ['redeploy', redeploy],
    ['synchronize', synchronize],
    ['activate', { type: 'activate' } as Action],
  ])('is refused after the integration, whose credentials read the code: %s', (_, action) => {
    expect(decided(action, anActiveEnvironment(), gone)).toEqual(orphaned);
  });

  it.each<[string, Action]>([
    ['activate', { type: 'activate' }],
    ['deactivate', deactivate],
    ['redeploy', redeploy],
    ['synchronize', synchronize],
    ['delete', remove],
  ])('is refused while an activity is under way: %s', (_, action) => {
    const busy = madeHere({ activities: [aRunningActivity({ commit: commit('B') })] });

    expect(decided(action, busy)).toEqual(
      refused(
        'An activity is currently pending or in progress on the environment.',
        'Wait until it has ended: bough activity:list shows it.',
      ),
    );
  });
});

describe("the default branch's environment", () => {
  it.each([
    ['deactivated', deactivate, {}],
    ['deleted', remove, {}],
    ['deleted', remove, without('prune_branches')],
  ])('is not %s (%#)', (participle, action, context) => {
    expect(decided(action, theProductionEnvironment(), context)).toEqual(
      refused(
        `The default environment cannot be ${participle}.`,
        'Make another branch the default one first: bough project:info default_branch BRANCH',
      ),
    );
  });

  it('has nothing that its data could be copied from', () => {
    expect(decided(synchronize, theProductionEnvironment(), { data_source: null })).toEqual(
      refused(
        'The environment does not have a parent.',
        'There is nothing that its data could be copied from.',
      ),
    );
  });
});

describe('synchronizing data', () => {
  it('is refused when nothing above is active', () => {
    expect(decided(synchronize, anActiveEnvironment(), { data_source: null })).toEqual(
      refused('The parent environment main is not active.', 'Activate it: bough environment:activate main'),
    );
  });
});

describe('deleting an environment that the integration synchronizes', () => {
  it.each([
    [
      "a branch's",
      anEnvironment(),
      { integration: anIntegration() },
      "The project's branches are managed externally through its bitbucket integration, so its environments cannot be deleted directly.",
      'Delete the branch in the repository, or take its environment down with environment:deactivate.',
    ],
    [
      "a pull request's",
      aPullRequestEnvironment(),
      { integration: anIntegration({ prune_branches: false }) },
      "The project's branches are managed externally through its bitbucket integration, so its environments cannot be deleted directly.",
      'Decline or merge the pull request, or take its environment down with environment:deactivate.',
    ],
    [
      "a branch's of a server",
      anEnvironment(),
      { integration: aServerIntegration() },
      "The project's branches are managed externally through its bitbucket_server integration, so its environments cannot be deleted directly.",
      'Delete the branch in the repository, or take its environment down with environment:deactivate.',
    ],
  ])('is refused: %s', (_, environment, context, because, remedy) => {
    expect(decided(remove, environment, context)).toEqual(refused(because, remedy));
  });
});

describe('code and branches, which the repository manages', () => {
  const busy = anActiveEnvironment({ activities: [aRunningActivity()] });
  const merging = 'Merge the pull request or the branch in the repository.';
  const pulling = "Merge the parent's branch into this one in a checkout, and push it.";

  it.each([
    [
      'on Bitbucket Cloud',
      anIntegration(),
      'its bitbucket integration',
      "the project's bitbucket integration",
    ],
    [
      'on a server',
      aServerIntegration(),
      'its bitbucket_server integration',
      "the project's bitbucket_server integration",
    ],
    ['and stays so after the integration', null, 'its repository', 'its repository'],
  ])('is done there, whatever else is under way: %s', (_, integration, through, manager) => {
    expect(decided({ type: 'merge' }, busy, { integration })).toEqual(
      refused(
        `The environment feature/x can't be merged. The project's code is managed externally through ${through}.`,
        merging,
      ),
    );
    expect(decided({ type: 'synchronize', code: true, data: true }, busy, { integration })).toEqual(
      refused(`Code cannot be synchronized as it is managed by ${manager}.`, pulling),
    );
  });
});
