import { describe, expect, it } from 'vitest';
import { type Json, readable, resourcesOf, synthesised } from './synthesised.ts';

const { json } = synthesised();

function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

/** What a statement allows, a line for each action and resource. */
function linesOf(statement: Json): string[] {
  const condition = Object.entries<Json>(statement['Condition']?.StringEquals ?? {})
    .map(([name, value]) => ` if ${name} is ${value}`)
    .join('');
  return listOf<string>(statement['Action']).flatMap((action) =>
    listOf<Json>(statement['Resource']).map(
      (resource) => `${action} on ${readable(json, resource)}${condition}`,
    ),
  );
}

/** Everything that a role may do. */
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
  ['ChangeMessageVisibility', 'DeleteMessage', 'ReceiveMessage'].map((action) => `sqs:${action} on ${queue}`);

const readsAndWritesItems = [
  'dynamodb:DeleteItem on Storage/Table',
  'dynamodb:GetItem on Storage/Table',
  'dynamodb:PutItem on Storage/Table',
  'dynamodb:Query on Storage/Table',
  'dynamodb:Query on Storage/Table/index/*',
];

const reads = (bucket: string) => [`s3:GetObject on ${bucket}/*`, `s3:ListBucket on ${bucket}`];
const writes = (bucket: string) => [`s3:AbortMultipartUpload on ${bucket}/*`, `s3:PutObject on ${bucket}/*`];
const lists = (bucket: string) => [`s3:ListBucket on ${bucket}`];
const deletes = (bucket: string) => [`s3:DeleteObject on ${bucket}/*`];

const assets = 'arn:AWS::Partition:s3:::cdk-hnb659fds-assets-AWS::AccountId-AWS::Region';
const buildLogs =
  'arn:AWS::Partition:logs:AWS::Region:AWS::AccountId:log-group:/aws/codebuild/Builder/Project';

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
    ...[reads, writes, deletes].flatMap((may) => may('Storage/Mirror')),
    ...[reads, writes, deletes].flatMap((may) => may('Storage/Activities')),
    ...[lists, deletes].flatMap((may) => may('Storage/Data')),
    ...[lists, deletes].flatMap((may) => may('Storage/Sites')),
    'codebuild:BatchGetBuilds on Builder/Project',
    'codebuild:StartBuild on Builder/Project',
    'kms:Decrypt on Storage/Key',
    'sqs:SendMessage on ActivitiesQueue',
    'sqs:SendMessage on EventsQueue',
  ],
  'Prune/FunctionRole': [
    ...everyFunction('Prune'),
    'dynamodb:GetItem on Storage/Table',
    'dynamodb:Query on Storage/Table',
    'dynamodb:Query on Storage/Table/index/*',
    'kms:Decrypt on Storage/Key',
    'sqs:SendMessage on ActivitiesQueue',
    'sqs:SendMessage on EventsQueue',
    // Lambda itself puts failed prunes there, in the function's name.
    'sqs:GetQueueAttributes on Prune/DeadLetters',
    'sqs:GetQueueUrl on Prune/DeadLetters',
    'sqs:SendMessage on Prune/DeadLetters',
  ],
  'Api/FunctionRole': [
    ...everyFunction('Api'),
    ...readsAndWritesItems,
    ...reads('Storage/Activities'),
    ...reads('Storage/Mirror'),
    'kms:Decrypt on Storage/Key',
    'kms:Encrypt on Storage/Key',
    'sqs:SendMessage on ActivitiesQueue',
    'sqs:SendMessage on EventsQueue',
    ...redrives('ActivitiesQueueDeadLetters'),
    ...redrives('EventsQueueDeadLetters'),
  ],
  'Builder/Project/Role': [
    ...reads('Storage/Mirror'),
    ...[reads, writes, deletes].flatMap((may) => may('Storage/Sites')),
    ...[reads, writes, deletes].flatMap((may) => may('Storage/Data')),
    ...[reads, writes].flatMap((may) => may('Storage/Activities')),
    'logs:CreateLogStream on Builder/Logs',
    'logs:PutLogEvents on Builder/Logs',
    // The CDK's own, for a CodeBuild project and for its source in the bootstrap bucket.
    ...['CreateLogGroup', 'CreateLogStream', 'PutLogEvents'].flatMap((action) => [
      `logs:${action} on ${buildLogs}`,
      `logs:${action} on ${buildLogs}:*`,
    ]),
    ...['GetBucket*', 'GetObject*', 'List*'].flatMap((action) => [
      `s3:${action} on ${assets}`,
      `s3:${action} on ${assets}/<source>`,
    ]),
  ],
  // The CDK's own, which empties buckets when the stack goes: what it may do is in the buckets' policies.
  [EMPTIER]: [],
  'SchedulerRoleForTarget-d1ab68': [
    'lambda:InvokeFunction on Prune/Function',
    'lambda:InvokeFunction on Prune/Function:*',
    'sqs:SendMessage on Prune/DeadLetters',
  ],
};

/** Policies for those who call the management API. */
const POLICIES: Record<string, string[]> = {
  'Access/Administrator': [
    'cloudformation:DescribeStacks on arn:AWS::Partition:cloudformation:AWS::Region:AWS::AccountId:stack/bough/*',
    'execute-api:Invoke on arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:Http/$default/*',
  ],
  'Access/Reader': [
    'cloudformation:DescribeStacks on arn:AWS::Partition:cloudformation:AWS::Region:AWS::AccountId:stack/bough/*',
    'execute-api:Invoke on arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:Http/$default/GET/*',
  ],
};

describe('least privilege', () => {
  it('knows every role', () => {
    expect(Object.keys(resourcesOf(json, 'AWS::IAM::Role')).sort()).toEqual(Object.keys(ROLES).sort());
  });

  it.each(Object.entries(ROLES))('%s may do this and no more', (role, expected) => {
    const permissions = permissionsOf(role).map((line) => line.replace(/\/[0-9a-f]{64}\.zip$/, '/<source>'));

    expect(permissions).toEqual([...expected].sort());
  });

  it.each(Object.keys(ROLES).filter((role) => role !== EMPTIER))(
    '%s has no managed policies, whose content is somebody else’s',
    (role) => {
      expect(resourcesOf(json, 'AWS::IAM::Role')[role]).not.toHaveProperty('ManagedPolicyArns');
    },
  );

  it('gives the builder, and nobody else, the policies of the setting', () => {
    const arn = 'arn:aws:iam::aws:policy/AmazonECS_FullAccess';
    const roles = resourcesOf(synthesised({ builderPolicies: [arn] }).json, 'AWS::IAM::Role');

    expect(roles['Builder/Project/Role']).toMatchObject({ ManagedPolicyArns: [arn] });
    expect(Object.values(roles).filter((role) => JSON.stringify(role).includes(arn))).toHaveLength(1);
  });

  it('lets buckets be emptied by who does that when the stack goes, until it has', () => {
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

  it('exports policies that allow this and no more', () => {
    const policies = Object.entries(resourcesOf(json, 'AWS::IAM::ManagedPolicy')).map(
      ([path, { PolicyDocument }]) => [path, PolicyDocument.Statement.flatMap(linesOf).sort()],
    );

    expect(Object.fromEntries(policies)).toEqual(POLICIES);
  });

  it('lets nobody but API Gateway, for its own routes, call the functions behind it', () => {
    const permissions = Object.values(resourcesOf(json, 'AWS::Lambda::Permission')).map((permission) => [
      permission['Principal'],
      readable(json, permission['FunctionName']),
      readable(json, permission['SourceArn']).replace(/^.*:Http/, ''),
    ]);

    expect(permissions.sort()).toEqual([
      ['apigateway.amazonaws.com', 'Api/Function', '/*/*/'],
      ['apigateway.amazonaws.com', 'Api/Function', '/*/*/logs/{project}/{activity}/{signature}'],
      ['apigateway.amazonaws.com', 'Api/Function', '/*/*/{proxy+}'],
      [
        'apigateway.amazonaws.com',
        'Webhook/Function',
        '/*/*/projects/{project}/integrations/{integration}/hook',
      ],
    ]);
  });

  it('opens a queue to EventBridge only for the rule about builds, and to nobody without TLS', () => {
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
