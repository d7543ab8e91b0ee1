import { describe, expect, it } from 'vitest';
import type { EnvironmentEvent } from '../../../shared/domain/deliveries/source-event.ts';
import { type BranchRequest, decideBranch } from '../../../shared/domain/environments/branch-environment.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { IntegrationOptions } from '../../../shared/domain/integrations/integration.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import {
  abbreviated,
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  aRunningActivity,
  aState,
  changeOf,
  commit,
  integrationId,
  moment,
  projectId,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';

interface Setting {
  parent?: Environment;
  existing?: Environment | null;
  options?: Partial<IntegrationOptions>;
}

function branched(request: Partial<BranchRequest> = {}, setting: Setting = {}) {
  const { parent = theProductionEnvironment(), existing = null, options } = setting;
  return decideBranch(
    { name: 'sandbox', title: '', clone_parent: true, ...request },
    { parent, existing, integration: anIntegration(options) },
    moment,
  );
}

function made(...setting: Parameters<typeof branched>): Environment {
  const decision = branched(...setting);
  if (decision.verdict === 'refuse' || !decision.environment) throw new Error(`refused: ${decision.because}`);
  return decision.environment;
}

describe('branching an environment', () => {
  it('creates an active environment with its code, without a branch in the repository', () => {
    expect(made()).toEqual({
      incarnation: moment.activityId,
      id: 'sandbox',
      project: projectId,
      integration: integrationId,
      title: 'sandbox',
      type: 'development',
      status: 'active',
      parent: 'main',
      head_commit: commit('A'),
      pull_request: null,
      has_remote: false,
      resources: 'default',
      deployment: null,
      failed_deletions: 0,
      parent_is_chosen: false,
      protected: false,
      restrict_robots: null,
      http_access: null,
      published_access: null,
      gone_since: null,
      build_status: null,
      setbacks: null,
      last_activity: null,
      activities: [expect.objectContaining({ type: 'environment.branch', requested: true })],
      created_at: moment.now,
      updated_at: moment.now,
      version: 0,
    });
  });

  it('says from where it is branched', () => {
    expect(made().activities).toMatchObject([
      {
        text: `Branch sandbox from main at ${commit('A').slice(0, 7)}`,
        because: 'a user asked for it',
        commit: commit('A'),
      },
    ]);
  });

  it.each([
    ['with a copy of its data', { clone_parent: true }, ['branch A with data, running']],
    ['without data', { clone_parent: false }, ['branch A, running']],
  ])('begins %s, as the user wishes', (_, request, queue) => {
    expect(queueOf(made(request))).toEqual(queue);
  });

  it.each([
    ['a title', { title: 'A sandbox' }, { title: 'A sandbox' }],
    ['a type', { type: 'staging' as const }, { type: 'staging' }],
    ['its resources', { resources: 'minimum' as const }, { resources: 'minimum' }],
  ])('gives it %s', (_, request, expected) => {
    expect(made(request)).toMatchObject(expected);
  });

  it.each([
    ['a branch that sleeps', anEnvironment()],
    ['another that was made here', anActiveEnvironment({ has_remote: false })],
    ["a pull request's", aPullRequestEnvironment()],
    ['one that is busy', anActiveEnvironment({ activities: [aRunningActivity()] })],
  ])('can begin at %s', (_, parent) => {
    expect(made({}, { parent })).toMatchObject({ parent: parent.id, head_commit: commit('A') });
  });

  it('uses the resources of the integration, unless a user has to choose them', () => {
    const minimum = { environment_init_resources: 'minimum' as const };
    const manual = { environment_init_resources: 'manual' as const };

    expect(made({}, { options: minimum }).resources).toBe('minimum');
    expect(made({ resources: 'parent' }, { options: manual }).resources).toBe('parent');
    expect(branched({}, { options: manual })).toMatchObject({
      verdict: 'refuse',
      because: "Required: the integration's resources-init is manual",
      field: 'resources.init',
    });
  });

  it.each([
    [
      'has that name',
      { existing: anEnvironment({ id: 'sandbox' }) },
      'name',
      'The environment sandbox exists already',
    ],
    [
      'has no code',
      { parent: anEnvironment({ head_commit: null }) },
      'parent',
      'The environment feature/x has no code yet',
    ],
    [
      'has a commit that is known by its beginning only',
      { parent: aPullRequestEnvironment({ head_commit: abbreviated('A') }) },
      'parent',
      'The environment pr-1 has no code yet',
    ],
    [
      'has the code of a fork, even where it is approved',
      { parent: aPullRequestEnvironment({ pull_request: aForkLink('A') }) },
      'parent',
      'The environment pr-1 has code from a fork, which is approved there only',
    ],
  ])('is refused when one %s', (_, setting, field, because) => {
    expect(branched({}, setting)).toEqual({
      verdict: 'refuse',
      because,
      remedy: 'Correct the named fields.',
      field,
    });
  });
});

describe('the name of a branch', () => {
  it.each([
    'sandbox',
    'feature/x',
    'feature/x/y',
    'v1.2',
    'a-b_c',
    'größe',
    '日本語',
    '#42',
    '100%',
    'a+b',
    "it's",
    'a@b',
    '{x}',
    'lock',
    'a.lock.b',
    'head',
    'HEAD/x',
    'refs/heads/x',
    'pr-x',
    'pr-',
    'PR-7',
    'x/pr-7',
    'pr-7/x',
    'x'.repeat(250),
  ])('may be %s, as in git', (name) => {
    expect(made({ name }).id).toBe(name);
  });

  it.each([
    ['', 'is empty'],
    ['HEAD', 'git takes for something else'],
    ['@', 'git takes for something else'],
    ['-x', 'looks like an option'],
    ['/x', 'begins with a slash'],
    ['x/', 'ends with one'],
    ['x//y', 'has two in a row'],
    ['.x', 'begins with a dot'],
    ['x/.y', 'has a part that begins with one'],
    ['x.', 'ends with one'],
    ['x..y', 'is a range'],
    ['x.lock', 'is the name of a lock'],
    ['x.lock/y', 'has a part that is'],
    ['x@{1}', 'is an earlier place of a branch'],
    ['x~1', 'is a commit before'],
    ['x^', 'is a commit before'],
    ['x:y', 'is a path'],
    ['x?', 'is a pattern'],
    ['x*', 'is a pattern'],
    ['x[y]', 'is a pattern'],
    ['x\\y', 'has a backslash'],
    ['x y', 'has a space'],
    ['x\ty', 'has a tab'],
    ['x\ny', 'has two lines'],
    ['x\u007f', 'has a control character'],
    ['pr-7', "is a pull request's"],
    ['x'.repeat(251), 'is too long'],
  ])('is never %j, which %s', (name) => {
    expect(branched({ name })).toEqual({
      verdict: 'refuse',
      because: 'Must be the name of a git branch, and not pr-<number>',
      remedy: 'Correct the named fields.',
      field: 'name',
    });
  });
});

describe('an environment that was made here', () => {
  const sandbox = anActiveEnvironment({ id: 'sandbox', has_remote: false, parent: 'release' });
  const decided = (event: EnvironmentEvent, options: Parameters<typeof aState>[0] = {}) =>
    decide(event, aState({ environment: sandbox, ...options }), moment);
  const pushed = (name: string) => ({
    type: 'branch.pushed' as const,
    branch: 'sandbox',
    commit: commit(name),
  });
  const deleted = { type: 'branch.deleted' as const, branch: 'sandbox' };

  it("becomes the repository's when its branch is pushed, and stays where it is", () => {
    const { environment, because } = changeOf(decided(pushed('A')));

    expect(environment).toEqual({ ...sandbox, has_remote: true, updated_at: moment.now });
    expect(because).toBe('the repository has a branch sandbox now');
  });

  it.each([
    ['that is active: it is deployed', sandbox, false, ['push B, running']],
    ['that sleeps: it is mirrored', { ...sandbox, status: 'inactive' as const }, false, ['push B, running']],
    ['that sleeps, after a fetch: it has it', { ...sandbox, status: 'inactive' as const }, true, []],
  ])('does so with another commit as well, %s', (_, environment, mirrored, queue) => {
    const { environment: after } = changeOf(decided({ ...pushed('B'), mirrored }, { environment }));

    expect(after).toMatchObject({ has_remote: true, status: environment.status, parent: 'release' });
    expect(queueOf(after)).toEqual(queue);
  });

  it('stays ours where branches are not fetched', () => {
    expect(decided(pushed('B'), { fetch_branches: false }).verdict).toBe('ignore');
  });

  it('is taken away by the next prune, which says why', () => {
    const { environment, because } = changeOf(decided(deleted));

    expect(queueOf(environment)).toEqual(['delete, running']);
    expect(because).toBe('the repository has no branch sandbox');
  });

  it.each([
    ['prune-branches is off', { prune_branches: false }, 'prune-branches is off'],
    ['fetch-branches is off', { fetch_branches: false }, 'fetch-branches is off'],
  ])('is kept when %s', (_, options, because) => {
    expect(decided(deleted, options)).toEqual({ verdict: 'ignore', because });
  });
});
