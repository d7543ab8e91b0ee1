import { expect } from 'vitest';
import type { Call } from '../../local/aws/iam/call.ts';
import type { Deployed, deployed } from './deployed.ts';

/** A deployed stack. */
export type Stack = ReturnType<typeof deployed>;

/** The calls that can change a resource. */
type Changes = (resource: Deployed, stack: Stack) => Call[];

/** A call of each action on a resource. */
export const on = (resource: string, ...actions: string[]): Call[] =>
  actions.map((action) => ({ action, resource }));

/** The ARNs of a service's own resources. */
const itself =
  (...actions: string[]): Changes =>
  ({ arn }) =>
    on(arn, ...actions);

/** A separate resource in the template, a property of another one at AWS. */
const of =
  (property: string, type: string, ...actions: string[]): Changes =>
  ({ properties }, { resources }) => {
    const named: unknown[] = [properties[property]].flat();
    const owners = resources.filter(
      (it) => it.type === type && (named.includes(it.ref) || named.includes(it.arn)),
    );
    expect(owners).not.toEqual([]);
    return owners.flatMap(({ arn }) => on(arn, ...actions));
  };

/** The ARNs of resources below an API: methods and paths. */
const api =
  (path: string): Changes =>
  ({ properties, ref }, { resources, arn }) => {
    const id = properties['ApiId'] ?? ref;
    expect(resources.map((it) => it.ref)).toContain(id);
    const resource = arn('apigateway', `/apis/${id}${path}`, undefined, '');
    return on(resource, ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `apigateway:${method}`));
  };

const objectsToo =
  (actions: string[], ofObjects: string[]): Changes =>
  ({ arn }) => [...on(arn, ...actions), ...on(`${arn}/shop/pr-7/a`, ...ofObjects)];

/** The calls that can change a resource of a type, or the reason why scripts may change it. */
export const TYPES: Readonly<Record<string, Changes | string>> = {
  'AWS::ApiGatewayV2::Api': (resource, stack) => [
    ...api('')(resource, stack),
    ...api('/authorizers')(resource, stack),
    ...on(stack.arn('execute-api', `${resource.ref}/$default/DELETE/projects/shop`), 'execute-api:Invoke'),
  ],
  'AWS::ApiGatewayV2::Integration': api('/integrations/x1'),
  'AWS::ApiGatewayV2::Route': api('/routes/x1'),
  'AWS::ApiGatewayV2::Stage': api('/stages/$default'),
  'AWS::CertificateManager::Certificate': itself(
    ...['DeleteCertificate', 'UpdateCertificateOptions', 'AddTagsToCertificate'].map((it) => `acm:${it}`),
  ),
  'AWS::CloudFront::CachePolicy': itself('cloudfront:UpdateCachePolicy', 'cloudfront:DeleteCachePolicy'),
  'AWS::CloudFront::Distribution': itself(
    ...[
      'UpdateDistribution',
      'DeleteDistribution',
      'CreateInvalidation',
      'AssociateAlias',
      'TagResource',
    ].map((it) => `cloudfront:${it}`),
  ),
  'AWS::CloudFront::Function': itself(
    ...['UpdateFunction', 'PublishFunction', 'DeleteFunction'].map((it) => `cloudfront:${it}`),
  ),
  'AWS::CloudFront::KeyValueStore': itself(
    'cloudfront:UpdateKeyValueStore',
    'cloudfront:DeleteKeyValueStore',
    ...['PutKey', 'UpdateKeys', 'DeleteKey', 'GetKey', 'ListKeys'].map(
      (it) => `cloudfront-keyvaluestore:${it}`,
    ),
  ),
  'AWS::CloudFront::OriginAccessControl': itself(
    'cloudfront:UpdateOriginAccessControl',
    'cloudfront:DeleteOriginAccessControl',
  ),
  'AWS::CloudWatch::Alarm': itself(
    ...['PutMetricAlarm', 'PutCompositeAlarm', 'DeleteAlarms', 'DisableAlarmActions', 'SetAlarmState'].map(
      (it) => `cloudwatch:${it}`,
    ),
  ),
  'AWS::CloudWatch::Dashboard': itself('cloudwatch:PutDashboard', 'cloudwatch:DeleteDashboards'),
  'AWS::CodeBuild::Project': (project, { arn }) => [
    ...on(
      project.arn,
      ...[
        ...['UpdateProject', 'DeleteProject', 'UpdateProjectVisibility', 'InvalidateProjectCache'],
        ...['StartBuild', 'StopBuild', 'RetryBuild', 'BatchDeleteBuilds', 'BatchGetBuilds', 'CreateWebhook'],
      ].map((it) => `codebuild:${it}`),
    ),
    // The program that every build runs.
    ...on(
      `${arn('s3', '', '', '')}${project.properties['Source'].Location}`,
      's3:PutObject',
      's3:DeleteObject',
    ),
    // Calls that could read the variables of builds, including permits.
    ...on(arn('events', 'rule/mine'), 'events:PutRule'),
    ...on(arn('events', 'event-bus/default'), 'events:UpdateEventBus'),
    ...on(
      arn('codestar-notifications', 'notificationrule/*'),
      'codestar-notifications:CreateNotificationRule',
    ),
    ...on('*', 'cloudtrail:LookupEvents'),
  ],
  'AWS::DynamoDB::Table': ({ arn }) => [
    ...on(
      arn,
      ...[
        ...['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLInsert', 'PartiQLUpdate'],
        ...['PartiQLDelete', 'UpdateTable', 'DeleteTable', 'UpdateTimeToLive', 'UpdateContinuousBackups'],
        ...[
          'PutResourcePolicy',
          'DeleteResourcePolicy',
          'TagResource',
          'RestoreTableToPointInTime',
          'GetItem',
        ],
      ].map((it) => `dynamodb:${it}`),
    ),
    ...on(`${arn}/backup/01`, 'dynamodb:DeleteBackup', 'dynamodb:RestoreTableFromBackup'),
    ...on(`${arn}/index/index`, 'dynamodb:Query', 'dynamodb:Scan'),
    ...on(`${arn}/stream/2026`, 'dynamodb:GetRecords'),
  ],
  'AWS::EC2::SecurityGroup': itself(
    ...[
      ...['AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress'],
      ...['RevokeSecurityGroupEgress', 'ModifySecurityGroupRules', 'DeleteSecurityGroup', 'CreateTags'],
    ].map((it) => `ec2:${it}`),
  ),
  'AWS::Events::Rule': itself(
    ...[
      'PutRule',
      'DeleteRule',
      'DisableRule',
      'EnableRule',
      'PutTargets',
      'RemoveTargets',
      'TagResource',
    ].map((it) => `events:${it}`),
  ),
  'AWS::IAM::ManagedPolicy': itself(
    ...[
      'CreatePolicyVersion',
      'SetDefaultPolicyVersion',
      'DeletePolicyVersion',
      'DeletePolicy',
      'TagPolicy',
    ].map((it) => `iam:${it}`),
  ),
  'AWS::IAM::Policy': of('Roles', 'AWS::IAM::Role', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'),
  'AWS::IAM::Role': itself(
    ...[
      ...[
        'UpdateRole',
        'UpdateAssumeRolePolicy',
        'DeleteRole',
        'AttachRolePolicy',
        'DetachRolePolicy',
        'TagRole',
      ],
      ...['PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary', 'PassRole', 'PutRolePolicy'],
    ].map((it) => `iam:${it}`),
    'sts:AssumeRole',
  ),
  // KMS requires the permission on the alias and on its key.
  'AWS::KMS::Alias': of('TargetKeyId', 'AWS::KMS::Key', 'kms:UpdateAlias', 'kms:DeleteAlias'),
  'AWS::KMS::Key': itself(
    ...[
      ...['PutKeyPolicy', 'CreateGrant', 'RevokeGrant', 'RetireGrant', 'DisableKey', 'ScheduleKeyDeletion'],
      ...[
        'DisableKeyRotation',
        'UpdateKeyDescription',
        'TagResource',
        'Decrypt',
        'Encrypt',
        'GenerateDataKey',
      ],
    ].map((it) => `kms:${it}`),
  ),
  'AWS::Lambda::EventInvokeConfig': of(
    'FunctionName',
    'AWS::Lambda::Function',
    ...['Put', 'Update', 'Delete'].map((verb) => `lambda:${verb}FunctionEventInvokeConfig`),
  ),
  // Tags of a mapping change nothing.
  'AWS::Lambda::EventSourceMapping': ({ arn, properties }, { resources }) =>
    resources
      .filter(({ type, ref }) => type === 'AWS::Lambda::Function' && ref === properties['FunctionName'])
      .flatMap((lambda) =>
        ['lambda:UpdateEventSourceMapping', 'lambda:DeleteEventSourceMapping'].map((action) => ({
          action,
          resource: arn,
          context: { 'lambda:FunctionArn': lambda.arn },
        })),
      ),
  'AWS::Lambda::Function': ({ arn }) => [
    ...on(
      arn,
      ...[
        ...[
          'UpdateFunctionCode',
          'UpdateFunctionConfiguration',
          'DeleteFunction',
          'AddPermission',
          'TagResource',
        ],
        ...[
          'PutFunctionConcurrency',
          'DeleteFunctionConcurrency',
          'CreateFunctionUrlConfig',
          'InvokeFunction',
        ],
        ...['PutRuntimeManagementConfig', 'PutFunctionRecursionConfig', 'PublishVersion', 'CreateAlias'],
        ...['PutFunctionCodeSigningConfig', 'GetFunction'],
      ].map((it) => `lambda:${it}`),
    ),
    ...on(`${arn}:1`, 'lambda:InvokeFunction'),
    // Another queue as event source. Lambda supports no resource for it, only this condition.
    { action: 'lambda:CreateEventSourceMapping', resource: '*', context: { 'lambda:FunctionArn': arn } },
  ],
  'AWS::Lambda::LayerVersion': itself(
    ...['DeleteLayerVersion', 'AddLayerVersionPermission', 'RemoveLayerVersionPermission'].map(
      (it) => `lambda:${it}`,
    ),
  ),
  'AWS::Lambda::Permission': of(
    'FunctionName',
    'AWS::Lambda::Function',
    'lambda:AddPermission',
    'lambda:RemovePermission',
  ),
  'AWS::Logs::LogGroup': itself(
    ...[
      ...[
        'DeleteLogGroup',
        'PutRetentionPolicy',
        'DeleteRetentionPolicy',
        'PutSubscriptionFilter',
        'PutLogEvents',
      ],
      ...['CreateLogStream', 'DeleteLogStream', 'AssociateKmsKey', 'PutDataProtectionPolicy', 'GetLogEvents'],
    ].map((it) => `logs:${it}`),
  ),
  'AWS::Logs::MetricFilter': of(
    'LogGroupName',
    'AWS::Logs::LogGroup',
    'logs:PutMetricFilter',
    'logs:DeleteMetricFilter',
  ),
  'AWS::Logs::QueryDefinition':
    'CloudWatch knows no permission for a single saved query; a query that has gone comes back with a deployment.',
  'AWS::Route53::RecordSet': ({ properties }, { arn }) => [
    {
      action: 'route53:ChangeResourceRecordSets',
      resource: arn('route53', `hostedzone/${properties['HostedZoneId']}`, '', ''),
      context: {
        // Route 53's normalised names in policies: without the final dot, special characters in octal.
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': String(properties['Name'])
          .replace(/\.$/, '')
          .replaceAll('*', '\\052'),
      },
    },
  ],
  'AWS::S3::Bucket': objectsToo(
    [
      ...[
        'DeleteBucket',
        'PutBucketPolicy',
        'DeleteBucketPolicy',
        'PutLifecycleConfiguration',
        'PutBucketAcl',
      ],
      ...['PutBucketVersioning', 'PutBucketPublicAccessBlock', 'PutEncryptionConfiguration', 'PutBucketCORS'],
      ...['PutReplicationConfiguration', 'PutBucketNotification', 'PutBucketTagging', 'ListBucket'],
    ].map((it) => `s3:${it}`),
    [
      ...[
        'PutObject',
        'DeleteObject',
        'DeleteObjectVersion',
        'PutObjectAcl',
        'PutObjectTagging',
        'RestoreObject',
      ],
      ...['AbortMultipartUpload', 'GetObject'],
    ].map((it) => `s3:${it}`),
  ),
  'AWS::S3::BucketPolicy': of('Bucket', 'AWS::S3::Bucket', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'),
  'AWS::SNS::Subscription':
    'SNS asks for no permission on a topic when a subscription is ended, as every mail has a link that ends it.',
  'AWS::SNS::Topic': itself(
    ...['SetTopicAttributes', 'DeleteTopic', 'AddPermission', 'Publish', 'Subscribe', 'TagResource'].map(
      (it) => `sns:${it}`,
    ),
  ),
  'AWS::SNS::TopicPolicy': of('Topics', 'AWS::SNS::Topic', 'sns:SetTopicAttributes', 'sns:AddPermission'),
  'AWS::SQS::Queue': itself(
    ...[
      ...[
        'SendMessage',
        'ReceiveMessage',
        'DeleteMessage',
        'ChangeMessageVisibility',
        'PurgeQueue',
        'DeleteQueue',
      ],
      ...['SetQueueAttributes', 'AddPermission', 'RemovePermission', 'StartMessageMoveTask', 'TagQueue'],
    ].map((it) => `sqs:${it}`),
  ),
  'AWS::SQS::QueuePolicy': ({ properties }, { resources }) =>
    resources
      .filter(({ ref }) => properties['Queues'].includes(ref))
      .flatMap(({ arn }) => on(arn, 'sqs:SetQueueAttributes', 'sqs:AddPermission')),
  'AWS::Scheduler::Schedule': itself('scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'),
  'Custom::S3AutoDeleteObjects': 'This resource is only a record in CloudFormation.',
};
