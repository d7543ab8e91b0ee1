import { describe, expect, it } from 'vitest';
import { Job, jobVariables } from '../../../functions/builder/job.ts';
import { buildVariables } from '../../../shared/adapters/aws/builds/codebuild-builder.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { anEnvironment, aPullRequestEnvironment, aRunningActivity } from '../../support/builders.ts';
import { aJob } from './builder-fixture.ts';

describe('the job', () => {
  it('has exactly these variables', () => {
    expect(jobVariables).toEqual([
      'BOUGH_ACTION',
      'BOUGH_PROJECT',
      'BOUGH_INTEGRATION',
      'BOUGH_ENVIRONMENT',
      'BOUGH_ENVIRONMENT_TYPE',
      'BOUGH_MACHINE_NAME',
      'BOUGH_BRANCH',
      'BOUGH_COMMIT',
      'BOUGH_PULL_REQUEST',
      'BOUGH_PARENT',
      'BOUGH_DATA_FROM',
      'BOUGH_DATA_FROM_MACHINE_NAME',
      'BOUGH_CLONE_DATA',
      'BOUGH_RESOURCES',
      'BOUGH_RESTRICT_ROBOTS',
      'BOUGH_ACTIVITY',
      'BOUGH_PERMIT',
    ]);
  });

  const variablesOf = (environment: Environment, data_from: string | null, clone_data = true) =>
    buildVariables(
      {
        action: 'deploy',
        environment,
        activity: aRunningActivity({ clone_data }),
        commit: aJob().BOUGH_COMMIT,
        bundles: [],
        data_from,
      },
      {
        environment: environment.id,
        commit: aJob().BOUGH_COMMIT,
        bundles: [],
        data_from,
        permit: 'permit',
      },
    );

  it.each([
    ['a branch', anEnvironment({ parent: null, pull_request: null }), null],
    ['a pull request', aPullRequestEnvironment(), 'main'],
    ['a pull request whose parent has no data', aPullRequestEnvironment({ parent: 'release' }), 'main'],
  ])('is the build that is started for %s', (_what, environment, data_from) => {
    const variables = variablesOf(environment, data_from);

    expect(Object.keys(variables)).toEqual(jobVariables);
    expect(Job.parse(variables)).toEqual(variables);
  });

  it('copies data from the nearest ancestor that has data', () => {
    expect(variablesOf(aPullRequestEnvironment({ parent: 'release' }), 'main')).toMatchObject({
      BOUGH_PARENT: 'release',
      BOUGH_DATA_FROM: 'main',
      BOUGH_DATA_FROM_MACHINE_NAME: 'main-bvxea6i',
      BOUGH_CLONE_DATA: 'true',
    });
  });

  it.each([
    ['where there is none', null, true],
    ['when it is not asked for', 'main', false],
  ])('copies no data %s', (_, data_from, clone_data) => {
    expect(variablesOf(aPullRequestEnvironment(), data_from, clone_data)).toMatchObject({
      BOUGH_PARENT: 'main',
      BOUGH_DATA_FROM: data_from ?? '',
      BOUGH_DATA_FROM_MACHINE_NAME: data_from ? 'main-bvxea6i' : '',
      BOUGH_CLONE_DATA: 'false',
    });
  });

  it.each(['default', 'minimum', 'parent'] as const)(
    'runs on the resources of its environment: %s',
    (resources) => {
      expect(variablesOf(anEnvironment({ resources }), null)).toMatchObject({ BOUGH_RESOURCES: resources });
    },
  );

  it('runs on the default resources when none are chosen', () => {
    expect(variablesOf(anEnvironment({ resources: null }), null)).toMatchObject({
      BOUGH_RESOURCES: 'default',
    });
  });

  it.each<[string, Partial<Environment>, string]>([
    ['a branch', {}, 'true'],
    ['production', { type: 'production' }, 'false'],
    ['a branch that is to be indexed', { restrict_robots: false }, 'false'],
    ['production that is not to be indexed', { type: 'production', restrict_robots: true }, 'true'],
  ])('restricts robots as its environment does: %s', (_, fields, BOUGH_RESTRICT_ROBOTS) => {
    expect(variablesOf(anEnvironment(fields), null)).toMatchObject({ BOUGH_RESTRICT_ROBOTS });
  });

  it('does not require the variables that can be empty', () => {
    const {
      BOUGH_PULL_REQUEST,
      BOUGH_PARENT,
      BOUGH_DATA_FROM,
      BOUGH_DATA_FROM_MACHINE_NAME,
      BOUGH_RESOURCES,
      BOUGH_RESTRICT_ROBOTS,
      ...rest
    } = aJob();

    expect(Job.parse(rest)).toEqual({
      ...rest,
      BOUGH_PULL_REQUEST: '',
      BOUGH_PARENT: '',
      BOUGH_DATA_FROM: '',
      BOUGH_DATA_FROM_MACHINE_NAME: '',
      BOUGH_RESOURCES: 'default',
      BOUGH_RESTRICT_ROBOTS: 'false',
    });
  });

  it.each([
    ['an action that does not exist', { BOUGH_ACTION: 'destroy' }],
    ['an empty project, whose data prefix would be the bucket', { BOUGH_PROJECT: '' }],
    ['an empty machine name, whose prefix would be the project', { BOUGH_MACHINE_NAME: '' }],
    ['a machine name that leads elsewhere', { BOUGH_MACHINE_NAME: '../main-bvxea6i' }],
    ['an origin of data that leads elsewhere', { BOUGH_DATA_FROM_MACHINE_NAME: 'a/b' }],
    ['a branch instead of a commit', { BOUGH_COMMIT: 'main' }],
    ['an abbreviated commit', { BOUGH_COMMIT: '1a2b3c4' }],
    ['an activity that leads elsewhere', { BOUGH_ACTIVITY: 'a/b' }],
    ['resources that wait for somebody to choose them', { BOUGH_RESOURCES: 'manual' }],
    ['a wish for data that is neither yes nor no', { BOUGH_CLONE_DATA: 'yes' }],
  ])('is refused for %s', (_reason, wrong) => {
    expect(Job.safeParse({ ...aJob(), ...wrong }).success).toBe(false);
  });
});
