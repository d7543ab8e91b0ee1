import { describe, expect, it } from 'vitest';
import { Job, jobVariables } from '../../../functions/builder/job.ts';
import { buildVariables } from '../../../shared/adapters/aws/codebuild-builder.ts';
import { anEnvironment, aPullRequestEnvironment, aRunningActivity } from '../../support/builders.ts';
import { aJob } from './builder-fixture.ts';

describe('the job', () => {
  it('is told by exactly these variables', () => {
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
      'BOUGH_PARENT_MACHINE_NAME',
      'BOUGH_CLONE_DATA',
      'BOUGH_RESOURCES',
      'BOUGH_ACTIVITY',
    ]);
  });

  it.each([
    ['a branch', anEnvironment({ parent: null, pull_request: null })],
    ['a pull request', aPullRequestEnvironment()],
  ])('is what is started for %s', (_what, environment) => {
    const activity = { ...aRunningActivity(), clone_data: true };
    const variables = buildVariables({
      action: 'deploy',
      environment,
      activity,
      commit: aJob().BOUGH_COMMIT,
      bundles: [],
    });

    expect(Object.keys(variables)).toEqual(jobVariables);
    expect(Job.parse(variables)).toEqual(variables);
  });

  it('may leave out the variables that can be empty', () => {
    const { BOUGH_PULL_REQUEST, BOUGH_PARENT, BOUGH_PARENT_MACHINE_NAME, BOUGH_RESOURCES, ...rest } = aJob();

    expect(Job.parse(rest)).toEqual({
      ...rest,
      BOUGH_PULL_REQUEST: '',
      BOUGH_PARENT: '',
      BOUGH_PARENT_MACHINE_NAME: '',
      BOUGH_RESOURCES: 'default',
    });
  });

  it.each([
    ['an action that does not exist', { BOUGH_ACTION: 'destroy' }],
    ['an empty project, whose data prefix would be the bucket', { BOUGH_PROJECT: '' }],
    ['an empty machine name, whose prefix would be the project', { BOUGH_MACHINE_NAME: '' }],
    ['a machine name that leads elsewhere', { BOUGH_MACHINE_NAME: '../main-bvxea6i' }],
    ['a parent that leads elsewhere', { BOUGH_PARENT_MACHINE_NAME: 'a/b' }],
    ['a branch instead of a commit', { BOUGH_COMMIT: 'main' }],
    ['an abbreviated commit', { BOUGH_COMMIT: '1a2b3c4' }],
    ['an activity that leads elsewhere', { BOUGH_ACTIVITY: 'a/b' }],
    ['a wish for data that is neither yes nor no', { BOUGH_CLONE_DATA: 'yes' }],
  ])('is refused for %s', (_reason, wrong) => {
    expect(Job.safeParse({ ...aJob(), ...wrong }).success).toBe(false);
  });
});
