import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { PROGRAMS } from '../../infra/programs.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack/stack.ts';
import { oncePerRun } from '../support/once-per-run.ts';
import { type Finally, recordLog, temporaryDirectory } from './support.ts';

/** Code of the functions. The event selects the action. */
const CODE = `
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

let invocations = 0;
console.log('loaded', process.pid);

async function act({ do: action, ...rest }) {
  switch (action) {
    case 'throw': throw new TypeError('as told');
    case 'exit': process.exit(3);
    case 'reject': Promise.reject(new Error('nobody waits for this')); await delay(60_000); break;
    case 'hang': await delay(60_000); break;
    case 'block': for (;;);
    case 'spawn': console.log('spawned', spawn('sleep', ['600']).pid); await delay(60_000); break;
    case 'wait': await delay(rest.milliseconds); break;
    case 'environment': return process.env;
    case 'version': return process.version;
    case 'answer': return rest.answer;
    case 'big': return 'x'.repeat(7 * 1024 * 1024);
  }
  return { pid: process.pid, invocations };
}

export async function http(event, context) {
  invocations++;
  if (event.rawPath === '/act') return act(JSON.parse(event.body));
  return { event, remaining: context.getRemainingTimeInMillis(), name: context.functionName };
}

export async function batch({ Records }) {
  console.log('batch', JSON.stringify(Records));
  const batchItemFailures = [];
  for (const { body, messageId } of Records) {
    const told = JSON.parse(body);
    if (told.do === 'fail') batchItemFailures.push({ itemIdentifier: messageId });
    else await act(told);
    console.log('did', body);
  }
  return { batchItemFailures };
}

export async function tick(event) {
  console.log('tick', JSON.stringify(event));
  if (event.fail) throw new Error('a failed tick');
}
`;

const concat = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const lambda = (handler: string, properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: { 'Fn::Sub': 'cdk-assets-${AWS::AccountId}' }, S3Key: 'code.zip' },
    Handler: `index.${handler}`,
    Runtime: 'nodejs24.x',
    Role: arnOf('Role'),
    Timeout: 3,
    ...properties,
  },
});

const queue = (properties: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties: properties });

const route = (key: string, properties: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: 'Api' },
    RouteKey: key,
    Target: concat('integrations/', { Ref: 'Integration' }),
    ...properties,
  },
});

/** Receives before a message moves to the dead-letter queue. */
export const MAX_RECEIVE_COUNT = 2;

/** A small template with the resource types of Bough's stack, in the CDK's style. */
export const template = {
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: ['pk', 'sk', 'gpk'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'index',
            KeySchema: [{ AttributeName: 'gpk', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      },
    },
    Dead: queue({ MessageRetentionPeriod: 1_209_600 }),
    Work: queue({
      VisibilityTimeout: 4,
      RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: MAX_RECEIVE_COUNT },
    }),
    Idle: queue(),
    Sites: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } },
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {} } },
    Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/small', TargetKeyId: arnOf('Key') } },
    Distribution: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Origins: [{ Id: 'sites', DomainName: { 'Fn::GetAtt': ['Sites', 'RegionalDomainName'] } }],
          DefaultCacheBehavior: {
            FunctionAssociations: [
              { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Viewer', 'FunctionARN'] } },
            ],
          },
        },
      },
    },
    Viewer: {
      Type: 'AWS::CloudFront::Function',
      Properties: {
        FunctionCode: `function handler({ request }) { return { uri: request.uri.replace(/[/]$/, '/index.html') }; }`,
      },
    },
    Http: lambda('http', {
      Environment: {
        Variables: {
          TABLE_NAME: { Ref: 'Table' },
          QUEUE_URL: { Ref: 'Work' },
          KEY_ARN: arnOf('Key'),
          API_URL: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] },
          SITES_URL: concat('https://', { 'Fn::GetAtt': ['Distribution', 'DomainName'] }),
          PROJECT: { Ref: 'Builder' },
        },
      },
    }),
    Worker: lambda('batch'),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: arnOf('Work'),
        FunctionName: { Ref: 'Worker' },
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    Ticker: lambda('tick'),
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(10 minutes)',
        State: 'ENABLED',
        Target: { Arn: arnOf('Ticker'), Input: '{"because":"schedule"}', RoleArn: arnOf('Role') },
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'small', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: arnOf('Http'),
        PayloadFormatVersion: '2.0',
      },
    },
    Hook: route('POST /projects/{project}/hook'),
    Act: route('POST /act'),
    Signed: route('ANY /signed/{proxy+}', { AuthorizationType: 'AWS_IAM' }),
    Builder: {
      Type: 'AWS::CodeBuild::Project',
      Properties: {
        Source: {
          Type: 'S3',
          Location: concat({ 'Fn::Sub': 'cdk-assets-${AWS::AccountId}' }, '/source.zip'),
          BuildSpec: JSON.stringify({
            version: '0.2',
            phases: { build: { commands: ['node "$CODEBUILD_SRC_DIR/build.mjs"'] } },
          }),
        },
        Environment: {
          Type: 'ARM_CONTAINER',
          Image: 'aws/codebuild/amazonlinux-aarch64-standard:3.0',
          ComputeType: 'BUILD_GENERAL1_SMALL',
          EnvironmentVariables: [{ Name: 'SITES_BUCKET', Type: 'PLAINTEXT', Value: { Ref: 'Sites' } }],
        },
        ServiceRole: arnOf('Role'),
        TimeoutInMinutes: 30,
      },
    },
    Finished: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: {
          source: ['aws.codebuild'],
          detail: {
            'project-name': [{ Ref: 'Builder' }],
            'build-status': ['SUCCEEDED', 'FAILED', 'STOPPED'],
          },
        },
        State: 'ENABLED',
        Targets: [{ Id: 'Target0', Arn: arnOf('Idle') }],
      },
    },
  },
};

const BUILD = `
console.log('bucket', process.env.SITES_BUCKET, 's3', process.env.AWS_ENDPOINT_URL_S3);
if (process.env.MODE === 'hang') { console.log('build process', process.pid); setInterval(() => {}, 1000); }
if (process.env.MODE === 'fail') process.exit(1);
`;

/** Writes the assets of the small template. */
export async function writeAssets(finished?: Finally): Promise<string> {
  const directory = await temporaryDirectory(finished);
  for (const [asset, file, content] of [
    ['asset.code', 'index.mjs', CODE],
    ['asset.source', 'build.mjs', BUILD],
  ] as const) {
    await mkdir(join(directory, asset));
    await writeFile(join(directory, asset, file), content);
  }
  return directory;
}

/** Bundles the bootstrap program, once for each run of the tests. */
export async function bundleBootstrap(): Promise<string> {
  const programs = PROGRAMS.filter((program) => program.bundle === 'local/bootstrap.mjs');
  const directory = await oncePerRun('bootstrap', (outdir) => bundle({ outdir, programs }));
  return join(directory, 'local/bootstrap.mjs');
}

/** A running small stack with its log. */
export type SmallStack = LocalStack & ReturnType<typeof recordLog> & { readonly stateDirectory: string };

/** Starts the small template, by default until the end of the test. */
export async function startSmallStack(
  options: Partial<LocalStackOptions> = {},
  finished: Finally = onTestFinished,
): Promise<SmallStack> {
  const recorder = recordLog();
  const stateDirectory = options.stateDirectory ?? (await temporaryDirectory(finished));
  const stack = await startLocalStack({
    template,
    assetsDirectory: await writeAssets(finished),
    bootstrap: await bundleBootstrap(),
    port: 0,
    sitesPort: 0,
    scheduleSeconds: 0,
    log: recorder.log,
    ...options,
    stateDirectory,
  });
  finished(() => stack.stop());
  return { ...stack, ...recorder, stateDirectory };
}
