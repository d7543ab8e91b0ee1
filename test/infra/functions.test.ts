import { describe, expect, it } from 'vitest';
import { Config as Activities } from '../../functions/activities/config.ts';
import { Config as Api } from '../../functions/api/config.ts';
import { ProjectConfig } from '../../functions/builder/config.ts';
import { Config as Processor } from '../../functions/processor/config.ts';
import { Config as Prune } from '../../functions/prune/config.ts';
import { Config as Webhook } from '../../functions/webhook/config.ts';
import type { Settings } from '../../infra/settings.ts';
import { type Json, readable, resourcesOf, synthesised } from './synthesised.ts';

const { json } = synthesised();
/** Bough's functions, without the CDK's function that empties buckets. */
const functions = Object.fromEntries(
  Object.entries(resourcesOf(json, 'AWS::Lambda::Function')).filter(([path]) => !path.startsWith('Custom::')),
);
const configs = { Activities, Api, Processor, Prune, Webhook };

describe('the functions', () => {
  it('are one for each program', () => {
    expect(Object.keys(functions).sort()).toEqual(Object.keys(configs).map((name) => `${name}/Function`));
  });

  it.each(Object.entries(configs))('%s has exactly the variables of its Config', (name, config) => {
    const { NODE_OPTIONS, ...variables } = functions[`${name}/Function`]!['Environment']['Variables'];

    expect(Object.keys(variables).sort()).toEqual(Object.keys(config.shape).sort());
    // The webhook starts sooner without.
    expect(NODE_OPTIONS).toBe(name === 'Webhook' ? undefined : '--enable-source-maps');
  });

  it.each(Object.keys(functions))('%s runs its bundle on Node 24 and arm64, traced', (path) => {
    expect(functions[path]).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
    });
  });

  it('are stopped by Lambda’s loop detection, except the one whose activities follow each other', () => {
    const allowed = Object.entries(functions).filter(([, { RecursiveLoop }]) => RecursiveLoop === 'Allow');

    expect(allowed.map(([path]) => path)).toEqual(['Activities/Function']);
  });

  it.each(Object.keys(functions))('%s logs to a group with a retention of a month', (path) => {
    const group = readable(json, functions[path]!['LoggingConfig']['LogGroup']);

    expect(resourcesOf(json, 'AWS::Logs::LogGroup')[group]).toMatchObject({ RetentionInDays: 30 });
  });

  it('have the log retention of the setting, as builds and API calls', () => {
    const groups = Object.values(
      resourcesOf(synthesised({ logRetentionDays: 7 }).json, 'AWS::Logs::LogGroup'),
    );

    expect(groups.length).toBeGreaterThanOrEqual(7);
    expect(groups.map(({ RetentionInDays }) => RetentionInDays)).toEqual(groups.map(() => 7));
  });

  it.each([
    ['Webhook', 10],
    ['Processor', 30],
    ['Activities', 900],
    ['Prune', 300],
    ['Api', 29],
  ])('%s has a time limit of %i seconds', (name, Timeout) => {
    expect(functions[`${name}/Function`]).toMatchObject({ Timeout });
  });

  it('use the Bitbucket URLs of the settings', () => {
    const bitbucket = {
      bitbucketApiUrl: 'http://127.0.0.1:1/2.0',
      bitbucketGitUrl: 'http://127.0.0.1:2',
      bitbucketOauthUrl: 'http://127.0.0.1:3/token',
      bitbucketPrivateHosts: ['127.0.0.1', 'bitbucket.corp:7990'],
    };
    const { json: local } = synthesised(bitbucket);

    for (const name of ['Activities', 'Api']) {
      const { Variables } = resourcesOf(local, 'AWS::Lambda::Function')[`${name}/Function`]!['Environment'];
      expect(Variables).toMatchObject({
        BITBUCKET_API_URL: bitbucket.bitbucketApiUrl,
        BITBUCKET_GIT_URL: bitbucket.bitbucketGitUrl,
        BITBUCKET_OAUTH_URL: bitbucket.bitbucketOauthUrl,
        BITBUCKET_PRIVATE_HOSTS: '127.0.0.1,bitbucket.corp:7990',
      });
    }
  });
});

describe('the builder', () => {
  const { Environment, Source, TimeoutInMinutes, QueuedTimeoutInMinutes } = resourcesOf(
    json,
    'AWS::CodeBuild::Project',
  )['Builder/Project']!;

  it('has exactly the variables of its ProjectConfig', () => {
    const names = Environment.EnvironmentVariables.map(({ Name }: { Name: string }) => Name);

    expect(names.sort()).toEqual(Object.keys(ProjectConfig.shape).sort());
  });

  it('runs its bundle on a small arm64 machine for at most 30 minutes, after at most an hour in the queue', () => {
    expect(Environment).toMatchObject({ Type: 'ARM_CONTAINER', ComputeType: 'BUILD_GENERAL1_SMALL' });
    expect(Environment.PrivilegedMode).toBe(false);
    expect(TimeoutInMinutes).toBe(30);
    expect(QueuedTimeoutInMinutes).toBe(60);
    expect(JSON.parse(Source.BuildSpec)).toMatchObject({
      phases: { build: { commands: ['node --enable-source-maps "$CODEBUILD_SRC_DIR/index.mjs"'] } },
    });
  });

  it('runs on x86_64 with a matching image when it is set', () => {
    const projectOn = (builderArchitecture: 'arm64' | 'x86_64') =>
      resourcesOf(synthesised({ builderArchitecture }).json, 'AWS::CodeBuild::Project')['Builder/Project']![
        'Environment'
      ];

    expect(projectOn('arm64')).toMatchObject({
      Type: 'ARM_CONTAINER',
      Image: 'aws/codebuild/amazonlinux-aarch64-standard:3.0',
    });
    expect(projectOn('x86_64')).toMatchObject({
      Type: 'LINUX_CONTAINER',
      Image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
      ComputeType: 'BUILD_GENERAL1_SMALL',
    });
  });

  it('has the size, the duration and the privilege of the settings', () => {
    const { json } = synthesised({
      builderSize: 'large',
      builderTimeoutMinutes: 45,
      builderPrivileged: true,
    });
    const project = resourcesOf(json, 'AWS::CodeBuild::Project')['Builder/Project']!;
    const api = resourcesOf(json, 'AWS::Lambda::Function')['Api/Function']!;

    expect(project).toMatchObject({
      Environment: { ComputeType: 'BUILD_GENERAL1_LARGE', PrivilegedMode: true },
      TimeoutInMinutes: 45,
    });
    expect(api['Environment'].Variables).toMatchObject({
      BUILD_MINUTES: '45',
      BUILD_QUOTA_CODE: 'L-596BEAB4',
    });
  });

  it('runs on Lambda compute with Node.js 22 only, without timeouts, privileges and runtimes', () => {
    const projectOf = (settings: Partial<Settings>) =>
      resourcesOf(synthesised({ builderCompute: 'lambda', ...settings }).json, 'AWS::CodeBuild::Project')[
        'Builder/LambdaProject'
      ]!;
    const project = projectOf({});

    expect(project['Environment']).toMatchObject({
      Type: 'ARM_LAMBDA_CONTAINER',
      Image: 'aws/codebuild/amazonlinux-aarch64-lambda-standard:nodejs22',
      ComputeType: 'BUILD_LAMBDA_4GB',
    });
    expect(project).not.toHaveProperty('TimeoutInMinutes');
    expect(project).not.toHaveProperty('QueuedTimeoutInMinutes');
    expect(Object.keys(JSON.parse(project['Source'].BuildSpec).phases)).toEqual(['build']);
    expect(projectOf({ builderArchitecture: 'x86_64', builderSize: 'nano' })['Environment']).toMatchObject({
      Type: 'LINUX_LAMBDA_CONTAINER',
      Image: 'aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs22',
      ComputeType: 'BUILD_LAMBDA_1GB',
    });
  });

  it('has the quota and the duration of Lambda compute in its diagnosis and its credentials', () => {
    const { json } = synthesised({ builderCompute: 'lambda' });
    const { Variables } = resourcesOf(json, 'AWS::Lambda::Function')['Api/Function']!['Environment'];

    expect(Variables).toMatchObject({ BUILD_MINUTES: '14', BUILD_QUOTA_CODE: 'L-72045165' });
  });

  it('has the same rights on both computes', () => {
    const rightsOn = (builderCompute: Settings['builderCompute'], name: string) => {
      const { json: template } = synthesised({ builderCompute });
      const policy = resourcesOf(template, 'AWS::IAM::Policy')[`Builder/${name}/Role/DefaultPolicy`]!;
      return policy['PolicyDocument'].Statement.map(({ Action, Resource }: Json) => [
        Action,
        [Resource].flat().map((one) => readable(template, one).replace(name, 'Project')),
      ]);
    };

    expect(rightsOn('lambda', 'LambdaProject')).toEqual(rightsOn('container', 'Project'));
  });

  it('is another project on the other compute: CloudFormation cannot remove the timeouts of one', () => {
    const projectsOn = (builderCompute: Settings['builderCompute']) =>
      Object.keys(resourcesOf(synthesised({ builderCompute }).json, 'AWS::CodeBuild::Project'));

    expect(projectsOn('lambda')).toEqual(['Builder/LambdaProject']);
    expect(projectsOn('container')).toEqual(['Builder/Project']);
  });

  it('selects a runtime in CodeBuild’s own images only, which alone have runtimes', () => {
    const phasesWith = (builderImage: string) => {
      const { json } = synthesised({ builderImage });
      const project = resourcesOf(json, 'AWS::CodeBuild::Project')['Builder/Project']!;
      expect(project['Environment']).toMatchObject({ Image: builderImage });
      return Object.keys(JSON.parse(project['Source'].BuildSpec).phases);
    };

    expect(phasesWith('aws/codebuild/amazonlinux-aarch64-standard:4.0')).toEqual(['install', 'build']);
    expect(phasesWith('public.ecr.aws/docker/library/node:22')).toEqual(['build']);
  });

  it('may pull an image from ECR, and no other image', () => {
    const pulls = (builderImage: string) =>
      resourcesOf(synthesised({ builderImage }).json, 'AWS::IAM::Policy')[
        'Builder/Project/Role/DefaultPolicy'
      ]!['PolicyDocument'].Statement.filter(({ Action }: Json) => JSON.stringify(Action).includes('ecr:'));

    expect(pulls('node:22')).toEqual([]);
    expect(pulls('123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/builds:1')).toMatchObject([
      { Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] },
      { Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    ]);
  });

  it('may decrypt its bundle with the configured key of the bucket', () => {
    const bootstrapKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012';
    const decrypts = (settings: Partial<Settings>) =>
      resourcesOf(synthesised(settings).json, 'AWS::IAM::Policy')['Builder/Project/Role/DefaultPolicy']![
        'PolicyDocument'
      ].Statement.filter(({ Action }: Json) => [Action].flat().includes('kms:Decrypt'));

    expect(decrypts({ bootstrapKeyArn })).toEqual([
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: bootstrapKeyArn },
    ]);
    expect(decrypts({})).toEqual([]);
  });

  it('sends CodeBuild’s end events to the events queue', () => {
    const { EventPattern, Targets } = resourcesOf(json, 'AWS::Events::Rule')['Builder/Finished']!;

    expect(EventPattern.source).toEqual(['aws.codebuild']);
    expect(EventPattern['detail-type']).toEqual(['CodeBuild Build State Change']);
    expect(EventPattern.detail['project-name'].map((it: string) => readable(json, it))).toEqual([
      'Builder/Project',
    ]);
    expect(EventPattern.detail['build-status']).toEqual([
      'SUCCEEDED',
      'FAILED',
      'FAULT',
      'STOPPED',
      'TIMED_OUT',
    ]);
    expect(Targets).toEqual([{ Id: expect.any(String), Arn: expect.anything() }]);
    expect(readable(json, Targets[0].Arn)).toBe('EventsQueue');
  });
});

describe('the schedule', () => {
  const { Target } = resourcesOf(json, 'AWS::Scheduler::Schedule')['Prune/Schedule']!;

  it.each([
    [1, 'rate(1 minute)'],
    [10, 'rate(10 minutes)'],
    [1440, 'rate(1 day)'],
  ])('runs every %i minutes as %s', (pruneIntervalMinutes, ScheduleExpression) => {
    synthesised({ pruneIntervalMinutes }).template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression,
    });
  });

  it.each([
    [1, '30'],
    [10, '300'],
    [1440, '900'],
  ])(
    'spreads the prunes of each %i minutes over %s seconds: half of them, and no more than SQS delays',
    (pruneIntervalMinutes, seconds) => {
      const { Variables } = resourcesOf(synthesised({ pruneIntervalMinutes }).json, 'AWS::Lambda::Function')[
        'Prune/Function'
      ]!['Environment'];

      expect(Variables.SPREAD_SECONDS).toBe(seconds);
    },
  );

  it('retries once, and drops an event before the next one', () => {
    expect(readable(json, Target.Arn)).toBe('Prune/Function');
    expect(Target.RetryPolicy).toEqual({ MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 600 });
    expect(
      resourcesOf(json, 'AWS::Lambda::EventInvokeConfig')['Prune/Function/EventInvokeConfig'],
    ).toMatchObject({
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 600,
    });
  });

  it('keeps undelivered events and failed prunes as dead letters', () => {
    const { OnFailure } = resourcesOf(json, 'AWS::Lambda::EventInvokeConfig')[
      'Prune/Function/EventInvokeConfig'
    ]!['DestinationConfig'];

    expect(readable(json, Target.DeadLetterConfig.Arn)).toBe('Prune/DeadLetters');
    expect(readable(json, OnFailure.Destination)).toBe('Prune/DeadLetters');
  });
});
