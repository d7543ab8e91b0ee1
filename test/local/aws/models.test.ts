import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as codebuildSdk from '@aws-sdk/client-codebuild';
import * as kmsSdk from '@aws-sdk/client-kms';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import * as stsSdk from '@aws-sdk/client-sts';
import type { CodeBuildCloudWatchStateEvent } from 'aws-lambda';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BuildStatus } from '../../../local/aws/codebuild/build.ts';
import { accessKeyOf, createAuthorizer } from '../../../local/aws/iam/authorizer.ts';
import { createKeyStore, createKmsServer } from '../../../local/aws/kms.ts';
import { createStsServer } from '../../../local/aws/sts.ts';
import type { Endpoints } from '../../../local/stack/wiring.ts';
import { activityKeys } from '../../../shared/adapters/aws/builds/build-documents.ts';
import { codebuildBuilder } from '../../../shared/adapters/aws/builds/codebuild-builder.ts';
import { stsEnvironmentRights } from '../../../shared/adapters/aws/builds/environment-rights.ts';
import { kmsSecrets } from '../../../shared/adapters/aws/kms-secrets.ts';
import { BuildEndedMessage } from '../../../shared/adapters/aws/queues/messages.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { type Exchange, isInQuery, modelOf } from '../../support/aws-models.ts';
import { aPullRequestEnvironment, aRunningActivity, commit } from '../../support/builders.ts';
import { aQueryProxy, aRecordingProxy } from '../../support/recording-proxy.ts';
import { aws, serve, temporaryDirectory } from '../support.ts';
import { aBucket } from './a-bucket.ts';
import { spec, startCodeBuild, variable } from './a-codebuild.ts';
import { trusting } from './iam/trusting.ts';

const root = join(import.meta.dirname, '../../..');
/** Source texts of the programs that run in AWS. */
const sources = ['functions', 'shared'].flatMap((directory) =>
  readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, directory, name), 'utf8')),
);

/** The commands that the programs import from a client. */
function commandsOf(client: string): string[] {
  const imports = new RegExp(`import \\{([^}]*)\\} from '@aws-sdk/client-${client}'`, 'g');
  const names = sources.flatMap((text) =>
    [...text.matchAll(imports)].flatMap(([, list = '']) => list.split(',')),
  );
  const commands = names.map((name) => /^\s*(\w+)Command\s*$/.exec(name)?.[1] ?? '');
  return [...new Set(commands)].filter(Boolean).sort();
}

const operationsOf = (exchanges: readonly Exchange[]) =>
  [...new Set(exchanges.map(({ operation }) => operation))].sort();
const errorsOf = (exchanges: readonly Exchange[]) => [
  ...new Set(exchanges.flatMap(({ error }) => (error === null ? [] : [error]))),
];
/** Errors common to all AWS services, which the models do not list. */
const commonErrors = ['ValidationException', 'AccessDeniedException'];

/** Makes calls that must fail. */
async function failAll(calls: readonly (() => Promise<unknown>)[]) {
  for (const call of calls) await expect(call()).rejects.toThrow();
}

describe('the services that the programs call', () => {
  it('are exactly the emulated ones', () => {
    const emulated: Record<Exclude<keyof Endpoints, 'lambda' | 'scheduler' | 'service_quotas'>, true> = {
      dynamodb: true,
      sqs: true,
      s3: true,
      kms: true,
      sts: true,
      codebuild: true,
      cloudfront_keyvaluestore: true,
    };
    const called = sources.flatMap((text) =>
      [...text.matchAll(/from '@aws-sdk\/client-([\w-]+)'/g)].map(([, client]) => client),
    );

    expect([...new Set(called)].sort()).toEqual(
      Object.keys(emulated)
        .map((name) => name.replaceAll('_', '-'))
        .sort(),
    );
  });

  it('have a client among the dependencies, and no other service does, except the one that the CLI uses', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const clients = Object.keys(dependencies).flatMap(
      (name) => /^@aws-sdk\/client-(.*)$/.exec(name)?.[1] ?? [],
    );

    expect(clients.sort()).toEqual([
      'cloudformation',
      'cloudfront-keyvaluestore',
      'codebuild',
      'dynamodb',
      'kms',
      's3',
      'sqs',
      'sts',
    ]);
  });
});

/** Reproduces a runner that ended before it recorded the id of the started build. */
async function forgetBuild(local: Awaited<ReturnType<typeof aBucket>>, project: string, activity: string) {
  const Key = activityKeys(project, activity).started;
  await local.s3.send(new DeleteObjectCommand({ Bucket: local.bucket, Key }));
}

describe('the CodeBuild emulator', () => {
  const model = modelOf(codebuildSdk);

  /** Makes every call of Bough: one build ends, another one is stopped. */
  async function everyCall() {
    const [codebuild, local] = await Promise.all([
      startCodeBuild(spec('echo "id $CODEBUILD_BUILD_ID"', '[ "$BOUGH_ACTION" = deploy ] || sleep 600')),
      aBucket(),
    ]);
    const proxy = await aRecordingProxy(codebuild.endpoint);
    const client = new codebuildSdk.CodeBuildClient({ ...aws, endpoint: proxy.endpoint, maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    const project = newId();
    const builder = codebuildBuilder(client, local.s3, 'builder', local.bucket, newId);
    for (const action of ['deploy', 'teardown'] as const) {
      const activity = aRunningActivity({ id: action });
      const environment = aPullRequestEnvironment({ project });
      await builder.start({
        action,
        environment,
        activity,
        commit: commit('A'),
        bundles: [],
        data_from: 'main',
      });
    }
    await forgetBuild(local, project, 'teardown');
    await builder.stop(project, 'teardown');
    await codebuild.event('', 'SUCCEEDED');
    await codebuild.event('', 'STOPPED');
    await builder.isRunning(project, 'deploy');
    await builder.isRunning(project, 'teardown');
    return { ...codebuild, client, exchanges: proxy.exchanges };
  }

  it('matches the model of CodeBuild for every operation that Bough calls', async () => {
    const { exchanges } = await everyCall();

    expect(operationsOf(exchanges)).toEqual(commandsOf('codebuild'));
    expect(exchanges.flatMap(model.mismatches)).toEqual([]);
    expect(errorsOf(exchanges)).toEqual([]);
  });

  it('fails with errors that the model lists', async () => {
    const { client, codebuild, exchanges } = await everyCall();
    const once = { projectName: 'builder', idempotencyToken: 'once' };
    await client.send(new codebuildSdk.StartBuildCommand(once));

    codebuild.limitAccount(0);
    await failAll([
      () => client.send(new codebuildSdk.StartBuildCommand({ projectName: 'builder' })),
      () => client.send(new codebuildSdk.StartBuildCommand({ projectName: 'none' })),
      () => client.send(new codebuildSdk.ListBuildsForProjectCommand({ projectName: 'none' })),
      () =>
        client.send(
          new codebuildSdk.StartBuildCommand({ ...once, environmentVariablesOverride: [variable('A', 'b')] }),
        ),
      () => client.send(new codebuildSdk.StopBuildCommand({ id: 'builder:none' })),
      () => client.send(new codebuildSdk.BatchGetBuildsCommand({ ids: [] })),
    ]);

    expect(model.errors).toEqual(expect.arrayContaining(errorsOf(exchanges)));
    expect(errorsOf(exchanges)).toEqual([
      'AccountLimitExceededException',
      'ResourceNotFoundException',
      'InvalidInputException',
    ]);
  });

  it('has exactly the build statuses of the SDK', () => {
    expect([...BuildStatus.options].sort()).toEqual(Object.values(codebuildSdk.StatusType).sort());
  });

  it('emits events of the published shape, which Bough can parse', async () => {
    const { events } = await everyCall();

    expect(events.flatMap((event) => unlike(publishedEvent, event, 'event'))).toEqual([]);
    for (const event of [...events, publishedEvent])
      expect(BuildEndedMessage.safeParse(event)).toMatchObject({ success: true });
  });
});

describe('the KMS emulator', () => {
  const model = modelOf(kmsSdk);
  const [key, other] = ['11111111-2222-4333-8444-555555555555', '99999999-2222-4333-8444-555555555555'];

  async function aKms() {
    const keys = createKeyStore(await temporaryDirectory());
    await keys.create(key);
    await keys.create(other);
    const { endpoint, exchanges } = await aRecordingProxy(await serve(createKmsServer(keys)));
    const client = new kmsSdk.KMSClient({ ...aws, endpoint, maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    const secrets = kmsSecrets(client, key);
    const integration = { project: 'p1', id: 'i1' };
    const sealed = await secrets.seal('webhook', integration, 'a secret');
    await secrets.open('webhook', integration, sealed);
    return { client, exchanges, sealed: Buffer.from(sealed, 'base64') };
  }

  it('matches the model of KMS for every operation that Bough calls', async () => {
    const { exchanges } = await aKms();

    expect(operationsOf(exchanges)).toEqual(commandsOf('kms'));
    expect(exchanges.flatMap(model.mismatches)).toEqual([]);
    expect(errorsOf(exchanges)).toEqual([]);
  });

  it('fails with errors that the model lists', async () => {
    const { client, exchanges, sealed } = await aKms();
    const plain = (KeyId: string, length: number) => ({ KeyId, Plaintext: Buffer.alloc(length) });

    await failAll([
      () => client.send(new kmsSdk.DecryptCommand({ CiphertextBlob: sealed })),
      () => client.send(new kmsSdk.DecryptCommand({ CiphertextBlob: sealed, KeyId: other })),
      () => client.send(new kmsSdk.EncryptCommand(plain('none', 1))),
      () => client.send(new kmsSdk.EncryptCommand(plain(key, 4097))),
    ]);

    expect([...model.errors, ...commonErrors]).toEqual(expect.arrayContaining(errorsOf(exchanges)));
    expect(errorsOf(exchanges)).toEqual([
      'InvalidCiphertextException',
      'IncorrectKeyException',
      'NotFoundException',
      'ValidationException',
    ]);
  });
});

describe('the STS emulator', () => {
  const model = modelOf(stsSdk, isInQuery);
  const RoleArn = 'arn:aws:iam::000000000000:role/Environments';

  async function anSts() {
    const authorizer = createAuthorizer();
    const arn = 'arn:aws:iam::000000000000:role/Api';
    const Action = ['sts:AssumeRole', 'sts:TagSession'];
    const Condition = { StringEquals: {}, StringLike: {} };
    const statements = [{ Effect: 'Allow' as const, Action, Resource: [RoleArn], Condition }];
    authorizer.register({
      principals: [{ name: 'Api', role: { arn, boundary: undefined, trusts: [], statements } }],
      roles: [{ arn: RoleArn, boundary: undefined, trusts: trusting(arn), statements: [] }],
    });
    const { endpoint, exchanges } = await aQueryProxy(await serve(createStsServer(authorizer)));
    const credentials = { accessKeyId: accessKeyOf('Api'), secretAccessKey: 'local' };
    const client = new stsSdk.STSClient({ ...aws, credentials, endpoint, maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    return { client, exchanges };
  }

  it('matches the model of STS for every operation that Bough calls', async () => {
    const { client, exchanges } = await anSts();

    await stsEnvironmentRights(client, RoleArn, 2400).issue({
      project: 'p1',
      environment: 'main',
      environment_type: 'production',
      repository: 'team/shop',
      data_from: null,
      activity: 'a1',
    });

    expect(operationsOf(exchanges)).toEqual(commandsOf('sts'));
    expect(exchanges).toMatchObject([
      {
        input: {
          Tags: [{}, {}, {}, {}, {}, {}],
          TransitiveTagKeys: ['project', 'environment', 'environment_type', 'repository', 'data'],
        },
        output: { Credentials: {} },
      },
    ]);
    expect(exchanges.flatMap(model.mismatches)).toEqual([]);
    expect(errorsOf(exchanges)).toEqual([]);
  });

  it('fails with the common errors of the query protocol, as the SDK parses them', async () => {
    const { client, exchanges } = await anSts();
    const input = { RoleArn, RoleSessionName: 'session' };
    const assume = (change: object) => client.send(new stsSdk.AssumeRoleCommand({ ...input, ...change }));

    await expect(assume({ RoleArn: `${RoleArn}2` })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume({ RoleSessionName: 'a b' })).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(client.send(new stsSdk.GetCallerIdentityCommand())).rejects.toMatchObject({
      name: 'InvalidAction',
    });

    expect(errorsOf(exchanges)).toEqual(['AccessDenied', 'ValidationError', 'InvalidAction']);
  });
});

/** A CodeBuild event from AWS's guide, with every field of DefinitelyTyped's type. */
const publishedEvent: CodeBuildCloudWatchStateEvent = {
  version: '0',
  id: 'c030038d-8c4d-6141-9545-00ff7b715300',
  'detail-type': 'CodeBuild Build State Change',
  source: 'aws.codebuild',
  account: '123456789012',
  time: '2026-09-01T16:14:28Z',
  region: 'us-west-2',
  resources: ['arn:aws:codebuild:us-west-2:123456789012:build/builder:8745a7a9-c340-456a-9166-edf953571be0'],
  detail: {
    'build-status': 'SUCCEEDED',
    'project-name': 'builder',
    'build-id': 'arn:aws:codebuild:us-west-2:123456789012:build/builder:8745a7a9-c340-456a-9166-edf953571be0',
    'current-phase': 'COMPLETED',
    'current-phase-context': '[]',
    version: '1',
    'additional-information': {
      cache: { type: 'NO_CACHE' },
      'build-number': 4,
      'timeout-in-minutes': 30,
      'build-complete': true,
      initiator: 'somebody',
      'build-start-time': 'Sep 1, 2026 4:12:29 PM',
      source: { buildspec: '', location: 'bucket/source.zip', type: 'S3' },
      'source-version': '',
      artifact: { location: '' },
      environment: {
        image: 'aws/codebuild/standard:5.0',
        'privileged-mode': false,
        'image-pull-credentials-type': 'CODEBUILD',
        'compute-type': 'BUILD_GENERAL1_SMALL',
        type: 'ARM_CONTAINER',
        'environment-variables': [{ name: 'BOUGH_ACTIVITY', type: 'PLAINTEXT', value: 'a1' }],
      },
      'project-file-system-locations': [],
      logs: { 'group-name': '/aws/codebuild/builder', 'stream-name': '8745a7a9', 'deep-link': 'https://…' },
      phases: [
        {
          'phase-context': [],
          'start-time': 'Sep 1, 2026 4:12:29 PM',
          'end-time': 'Sep 1, 2026 4:12:29 PM',
          'duration-in-seconds': 0,
          'phase-type': 'SUBMITTED',
          'phase-status': 'SUCCEEDED',
        },
      ],
      'queued-timeout-in-minutes': 60,
    },
  },
};

/** Lists the paths of a value that are missing or have another form in the published one. */
function unlike(published: unknown, value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    if (!Array.isArray(published)) return [`${path}: a list`];
    return value.flatMap((item) => unlike(published[0], item, `${path}[]`));
  }
  if (!isObject(value)) return typeof value === typeof published ? [] : [`${path}: ${JSON.stringify(value)}`];
  if (!isObject(published)) return [`${path}: a structure`];
  return Object.entries(value).flatMap(([name, item]) =>
    Object.hasOwn(published, name)
      ? unlike(published[name], item, `${path}.${name}`)
      : [`${path}.${name}: unknown`],
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
