import { describe, expect, it } from 'vitest';
import { longestBuildMinutes } from '../../infra/builder-settings.ts';
import { sessionSeconds } from '../../shared/domain/builds/session-length.ts';
import { type Json, readable, resourcesOf, synthesised } from './synthesised.ts';

const { json } = synthesised();

function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

/** The permissions of a statement, one line per action and resource. */
function linesOf(statement: Json): string[] {
  const { StringEquals = {}, StringLike = {} } = statement['Condition'] ?? {};
  const condition = Object.entries<Json>({ ...StringEquals, ...StringLike })
    .map(([name, value]) => ` if ${name} is ${listOf(value).map(withTags).join(' or ')}`)
    .join('');
  const { Effect, Resource, NotResource } = statement;
  if (Effect === 'Deny') return [];
  // The tests of the boundary cover the closed resources.
  const resources = NotResource
    ? ['all but what is closed']
    : listOf<Json>(Resource).map((resource) => withTags(readable(json, resource)));
  return listOf<string>(statement['Action']).flatMap((action) =>
    resources.map((resource) => `${action} on ${resource}${condition}`),
  );
}

/** A session tag in brackets: `<project>`. */
function withTags(text: Json | string): string {
  return String(text).replaceAll(/\$\{aws:PrincipalTag\/(\w+)\}/g, '<$1>');
}

/** All permissions of a role. */
function permissionsOf(role: string): string[] {
  const policies = Object.values(resourcesOf(json, 'AWS::IAM::Policy')).filter(({ Roles }) =>
    Roles.some((it: Json) => readable(json, it) === role),
  );
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(linesOf)).sort();
}

const everyFunction = (name: string) => [
  `logs:CreateLogStream on ${name}/FunctionLogs`,
  `logs:PutLogEvents on ${name}/FunctionLogs`,
  'xray:PutTelemetryRecords on *',
  'xray:PutTraceSegments on *',
];

const consumes = (queue: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
    (action) => `sqs:${action} on ${queue}`,
  );

const redrives = (queue: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map(
    (action) => `sqs:${action} on ${queue}`,
  );

const readsAndWritesItems = [
  'dynamodb:DeleteItem on Storage/Table',
  'dynamodb:GetItem on Storage/Table',
  'dynamodb:PutItem on Storage/Table',
  'dynamodb:Query on Storage/Table',
];

const reads = (bucket: string) => [`s3:GetObject on ${bucket}/*`, `s3:ListBucket on ${bucket}`];
const writes = (bucket: string) => [`s3:PutObject on ${bucket}/*`];
const uploads = (bucket: string) => [`s3:AbortMultipartUpload on ${bucket}/*`, ...writes(bucket)];
const lists = (bucket: string) => [`s3:ListBucket on ${bucket}`];
const deletes = (bucket: string) => [`s3:DeleteObject on ${bucket}/*`];

const assets = 'arn:AWS::Partition:s3:::cdk-hnb659fds-assets-AWS::AccountId-AWS::Region';
const buildLogs =
  'arn:AWS::Partition:logs:AWS::Region:AWS::AccountId:log-group:/aws/codebuild/Builder/Project';

/** The resources of a session, by its tags. */
const ownOfAnEnvironment = [
  's3:AbortMultipartUpload on Storage/Data/<project>/<environment>/*',
  's3:DeleteObject on Storage/Activities/<project>/cache/<environment>.tgz',
  's3:DeleteObject on Storage/Data/<project>/<environment>/*',
  's3:DeleteObject on Storage/Sites/<environment>-<project>/*',
  's3:GetObject on Storage/Activities/<project>/<activity>.build.json',
  's3:GetObject on Storage/Activities/<project>/<activity>.log',
  's3:GetObject on Storage/Activities/<project>/cache/<data>.tgz',
  's3:GetObject on Storage/Activities/<project>/cache/<environment>.tgz',
  's3:GetObject on Storage/Data/<project>/<data>/*',
  's3:GetObject on Storage/Data/<project>/<environment>/*',
  's3:GetObject on Storage/Mirror/<project>/*',
  's3:ListBucket on Storage/Activities if s3:prefix is <project>/<activity>.* or <project>/cache/<environment>.tgz or <project>/cache/<data>.tgz',
  's3:ListBucket on Storage/Data if s3:prefix is <project>/<environment>/* or <project>/<data>/*',
  's3:ListBucket on Storage/Mirror if s3:prefix is <project>/*',
  's3:ListBucket on Storage/Sites if s3:prefix is <environment>-<project>/*',
  's3:PutObject on Storage/Activities/<project>/<activity>.log',
  's3:PutObject on Storage/Activities/<project>/<activity>.result.json',
  's3:PutObject on Storage/Activities/<project>/cache/<environment>.tgz',
  's3:PutObject on Storage/Data/<project>/<environment>/*',
  's3:PutObject on Storage/Sites/<environment>-<project>/*',
];

const prefixesOfAnEnvironment = [
  '<environment>-<project>/*',
  '<project>/<environment>/*',
  '<project>/<data>/*',
  '<project>/<activity>.*',
  '<project>/cache/<environment>.tgz',
  '<project>/cache/<data>.tgz',
].join(' or ');

/** The most that attached policies may allow a session on the buckets: the same resources, and a few more actions on them. */
const limitsOfAnEnvironment = [
  ...ownOfAnEnvironment.filter((line) => !/^s3:ListBucket on Storage\/(?!Mirror)/.test(line)),
  's3:AbortMultipartUpload on Storage/Activities/<project>/cache/<environment>.tgz',
  's3:AbortMultipartUpload on Storage/Sites/<environment>-<project>/*',
  's3:GetObject on Storage/Activities/<project>/<activity>.result.json',
  's3:GetObject on Storage/Sites/<environment>-<project>/*',
  ...['Activities', 'Data', 'Sites'].map(
    (bucket) => `s3:ListBucket on Storage/${bucket} if s3:prefix is ${prefixesOfAnEnvironment}`,
  ),
].sort();

const EMPTIER = 'Custom::S3AutoDeleteObjectsCustomResourceProvider';

const ROLES: Record<string, string[]> = {
  'Webhook/FunctionRole': [
    ...everyFunction('Webhook'),
    'dynamodb:GetItem on Storage/Table',
    'kms:Decrypt on Storage/Key if kms:EncryptionContext:purpose is webhook',
    'sqs:SendMessage on EventsQueue',
  ],
  'Processor/FunctionRole': [
    ...everyFunction('Processor'),
    ...consumes('EventsQueue'),
    ...readsAndWritesItems,
    ...reads('Storage/Activities'),
    'sqs:SendMessage on ActivitiesQueue',
  ],
  'Activities/FunctionRole': [
    ...everyFunction('Activities'),
    ...consumes('ActivitiesQueue'),
    ...readsAndWritesItems,
    ...[reads, uploads, deletes].flatMap((may) => may('Storage/Mirror')),
    ...[reads, writes, deletes].flatMap((may) => may('Storage/Activities')),
    ...[lists, deletes].flatMap((may) => may('Storage/Data')),
    ...[lists, deletes].flatMap((may) => may('Storage/Sites')),
    ...['DescribeKeyValueStore', 'GetKey', 'UpdateKeys'].map(
      (action) => `cloudfront-keyvaluestore:${action} on SiteRules/Store`,
    ),
    'codebuild:BatchGetBuilds on Builder/Project',
    'codebuild:ListBuildsForProject on Builder/Project',
    'codebuild:StartBuild on Builder/Project',
    'codebuild:StopBuild on Builder/Project',
    'kms:Decrypt on Storage/Key if kms:EncryptionContext:purpose is credentials or webhook or log',
    'sqs:SendMessage on ActivitiesQueue',
    'sqs:SendMessage on EventsQueue',
  ],
  'Prune/FunctionRole': [
    ...everyFunction('Prune'),
    'dynamodb:Query on Storage/Table/index/index',
    'sqs:SendMessage on ActivitiesQueue',
    // Lambda sends failed prunes there with the function's role.
    'sqs:GetQueueAttributes on Prune/DeadLetters',
    'sqs:GetQueueUrl on Prune/DeadLetters',
    'sqs:SendMessage on Prune/DeadLetters',
  ],
  'Api/FunctionRole': [
    ...everyFunction('Api'),
    ...readsAndWritesItems,
    'dynamodb:Query on Storage/Table/index/index',
    ...reads('Storage/Activities'),
    ...reads('Storage/Mirror'),
    's3:GetObject on Storage/Sites/*/200.html',
    's3:GetObject on Storage/Sites/*/404.html',
    's3:GetObject on Storage/Sites/*/index.html',
    'kms:Decrypt on Storage/Key',
    'kms:Encrypt on Storage/Key',
    'sqs:SendMessage on ActivitiesQueue',
    'sqs:SendMessage on EventsQueue',
    ...redrives('ActivitiesQueueDeadLetters'),
    ...redrives('EventsQueueDeadLetters'),
    ...redrives('Prune/DeadLetters'),
    'lambda:GetAccountSettings on *',
    'scheduler:GetSchedule on Prune/Schedule',
    'servicequotas:GetServiceQuota on *',
    'sts:AssumeRole on Api/EnvironmentRole',
    'sts:TagSession on Api/EnvironmentRole',
  ],
  'Api/EnvironmentRole': ownOfAnEnvironment,
  'Builder/Project/Role': [
    'execute-api:Invoke on arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:Http/$default/POST/builds/*',
    'logs:CreateLogStream on Builder/Logs',
    'logs:PutLogEvents on Builder/Logs',
    // Added by the CDK for a CodeBuild project and its source in the bootstrap bucket.
    ...['CreateLogGroup', 'CreateLogStream', 'PutLogEvents'].flatMap((action) => [
      `logs:${action} on ${buildLogs}`,
      `logs:${action} on ${buildLogs}:*`,
    ]),
    ...['GetBucket*', 'GetObject*', 'List*'].flatMap((action) => [
      `s3:${action} on ${assets}`,
      `s3:${action} on ${assets}/<source>`,
    ]),
  ],
  // The CDK's role that empties buckets when the stack is deleted; the buckets' policies have its permissions.
  [EMPTIER]: [],
  'SchedulerRoleForTarget-d1ab68': [
    'lambda:InvokeFunction on Prune/Function',
    'lambda:InvokeFunction on Prune/Function:*',
    'sqs:SendMessage on Prune/DeadLetters',
  ],
};

/** The policies for callers of the management API. */
const POLICIES: Record<string, string[]> = {
  'Access/Administrator': [
    'cloudformation:DescribeStacks on arn:AWS::Partition:cloudformation:AWS::Region:AWS::AccountId:stack/bough/*',
    'execute-api:Invoke on arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:Http/$default/*',
  ],
  'Api/EnvironmentRoleBoundary': ['* on all but what is closed', ...limitsOfAnEnvironment],
  'Access/Reader': [
    'cloudformation:DescribeStacks on arn:AWS::Partition:cloudformation:AWS::Region:AWS::AccountId:stack/bough/*',
    'execute-api:Invoke on arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:Http/$default/GET/*',
  ],
};

describe('least privilege', () => {
  it('lists every role', () => {
    expect(Object.keys(resourcesOf(json, 'AWS::IAM::Role')).sort()).toEqual(Object.keys(ROLES).sort());
  });

  it.each(Object.entries(ROLES))('%s has exactly these permissions', (role, expected) => {
    const permissions = permissionsOf(role).map((line) => line.replace(/\/[0-9a-f]{64}\.zip$/, '/<source>'));

    expect(permissions).toEqual([...expected].sort());
  });

  it.each(Object.keys(ROLES).filter((role) => role !== EMPTIER))(
    '%s has no managed policies, whose content is somebody else’s',
    (role) => {
      expect(resourcesOf(json, 'AWS::IAM::Role')[role]).not.toHaveProperty('ManagedPolicyArns');
    },
  );

  it('attaches the policies of the setting to the environment role only', () => {
    const arn = 'arn:aws:iam::aws:policy/AmazonECS_FullAccess';
    const roles = resourcesOf(synthesised({ builderPolicies: [arn] }).json, 'AWS::IAM::Role');

    expect(roles['Api/EnvironmentRole']).toMatchObject({ ManagedPolicyArns: [arn] });
    expect(Object.values(roles).filter((role) => JSON.stringify(role).includes(arn))).toHaveLength(1);
  });

  it('limits the environment role regardless of attached policies', () => {
    const { PermissionsBoundary } = resourcesOf(json, 'AWS::IAM::Role')['Api/EnvironmentRole']!;
    expect(readable(json, PermissionsBoundary)).toBe('Api/EnvironmentRoleBoundary');
  });

  it('allows only the management API to create sessions of the environment role', () => {
    const { AssumeRolePolicyDocument, MaxSessionDuration = 3600 } = resourcesOf(json, 'AWS::IAM::Role')[
      'Api/EnvironmentRole'
    ]!;

    const [statement, ...others] = AssumeRolePolicyDocument.Statement;
    expect(others).toEqual([]);
    expect(statement.Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    expect(readable(json, statement.Principal.AWS)).toBe('Api/FunctionRole');
    expect(sessionSeconds(longestBuildMinutes)).toBeLessThanOrEqual(MaxSessionDuration);
  });

  it('allows the emptying function to empty the buckets until it has finished', () => {
    const emptying = Object.values(resourcesOf(json, 'AWS::S3::BucketPolicy')).flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.filter(
        ({ Effect, Principal }: Json) =>
          Effect === 'Allow' && Principal.AWS && readable(json, Principal.AWS) === EMPTIER,
      ),
    );

    expect(emptying.flatMap(({ Action }) => Action)).toEqual(
      Array(4).fill(['s3:DeleteObject*', 's3:GetBucket*', 's3:List*', 's3:PutBucketPolicy']).flat(),
    );
  });

  it('exports policies with exactly these permissions', () => {
    const policies = Object.entries(resourcesOf(json, 'AWS::IAM::ManagedPolicy')).map(
      ([path, { PolicyDocument }]) => [path, PolicyDocument.Statement.flatMap(linesOf).sort()],
    );

    expect(Object.fromEntries(policies)).toEqual(POLICIES);
  });

  it('allows only API Gateway’s own routes to call the functions', () => {
    const permissions = Object.values(resourcesOf(json, 'AWS::Lambda::Permission')).map((permission) => [
      permission['Principal'],
      readable(json, permission['FunctionName']),
      readable(json, permission['SourceArn']).replace(/^.*:Http/, ''),
    ]);

    expect(permissions.sort()).toEqual([
      ['apigateway.amazonaws.com', 'Api/Function', '/*/*/'],
      ['apigateway.amazonaws.com', 'Api/Function', '/*/*/board/{project}/{signature}'],
      ['apigateway.amazonaws.com', 'Api/Function', '/*/*/logs/{project}/{activity}/{signature}'],
      // Once for GET, once for HEAD.
      ['apigateway.amazonaws.com', 'Api/Function', '/*/*/not-found/{path+}'],
      ['apigateway.amazonaws.com', 'Api/Function', '/*/*/not-found/{path+}'],
      ['apigateway.amazonaws.com', 'Api/Function', '/*/*/status/{project}/{environment}/{signature}'],
      ['apigateway.amazonaws.com', 'Api/Function', '/*/*/{proxy+}'],
      [
        'apigateway.amazonaws.com',
        'Webhook/Function',
        '/*/*/projects/{project}/integrations/{integration}/hook',
      ],
    ]);
  });

  it('opens a queue to EventBridge only for the rule about builds, and requires TLS', () => {
    const statements = Object.values(resourcesOf(json, 'AWS::SQS::QueuePolicy')).flatMap(
      ({ PolicyDocument }): Json[] => PolicyDocument.Statement,
    );
    const allowing = statements.filter(({ Effect }) => Effect === 'Allow');
    const denying = statements.filter(({ Effect }) => Effect === 'Deny');

    expect(allowing.map(({ Principal }) => Principal)).toEqual([{ Service: 'events.amazonaws.com' }]);
    expect(readable(json, allowing[0]!['Condition'].ArnEquals['aws:SourceArn'])).toBe('Builder/Finished');
    expect(denying.map(({ Resource }) => readable(json, Resource)).sort()).toEqual(
      Object.keys(resourcesOf(json, 'AWS::SQS::Queue')).sort(),
    );
    for (const { Condition } of denying) {
      expect(Condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
    }
  });
});
