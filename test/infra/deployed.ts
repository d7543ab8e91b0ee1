import { createHash } from 'node:crypto';
import { resolveValue } from '../../local/template/intrinsics.ts';
import type { Json } from './synthesised.ts';

/** Where a stack is deployed. */
export interface Place {
  readonly stackName: string;
  readonly partition: string;
  readonly region: string;
}

interface Identity {
  readonly ref: string;
  readonly arn: string;
}

/** A resource as AWS has it: all expressions evaluated. */
export interface Deployed extends Identity {
  readonly id: string;
  readonly type: string;
  readonly properties: Json;
}

const ACCOUNT = '123456789012';

interface Naming {
  arn(service: string, resource: string, region?: string, account?: string): string;
  /** A name that CloudFormation makes. */
  generated(longest: number): string;
  /** An id that a service makes. */
  made(length: number): string;
  /** A name that the template chooses. */
  chosen(property: string): string;
}

type Identify = (naming: Naming) => Identity;

const byArn = (arn: string): Identity => ({ ref: arn, arn });

const IDENTITIES: Readonly<Record<string, Identify>> = {
  'AWS::ApiGatewayV2::Api': ({ made }) => ({ ref: made(10), arn: '' }),
  'AWS::CertificateManager::Certificate': ({ arn, made }) => byArn(arn('acm', `certificate/${made(36)}`)),
  'AWS::CloudFront::CachePolicy': ({ arn, made }) => ({
    ref: made(36),
    arn: arn('cloudfront', `cache-policy/${made(36)}`, ''),
  }),
  'AWS::CloudFront::Distribution': ({ arn, made }) => ({
    ref: made(14),
    arn: arn('cloudfront', `distribution/${made(14)}`, ''),
  }),
  'AWS::CloudFront::Function': ({ arn, chosen }) =>
    byArn(arn('cloudfront', `function/${chosen('Name')}`, '')),
  'AWS::CloudFront::OriginAccessControl': ({ arn, made }) => ({
    ref: made(14),
    arn: arn('cloudfront', `origin-access-control/${made(14)}`, ''),
  }),
  'AWS::CloudWatch::Alarm': ({ arn, chosen }) => ({
    ref: chosen('AlarmName'),
    arn: arn('cloudwatch', `alarm:${chosen('AlarmName')}`),
  }),
  'AWS::CloudWatch::Dashboard': ({ arn, chosen }) => ({
    ref: chosen('DashboardName'),
    arn: arn('cloudwatch', `dashboard/${chosen('DashboardName')}`, ''),
  }),
  'AWS::CodeBuild::Project': ({ arn, made }) => ({
    ref: made(36),
    arn: arn('codebuild', `project/${made(36)}`),
  }),
  'AWS::DynamoDB::Table': ({ arn, generated }) => ({
    ref: generated(255),
    arn: arn('dynamodb', `table/${generated(255)}`),
  }),
  'AWS::EC2::SecurityGroup': ({ arn, made }) => ({
    ref: `sg-${made(17)}`,
    arn: arn('ec2', `security-group/sg-${made(17)}`),
  }),
  'AWS::Events::Rule': ({ arn, generated }) => ({
    ref: generated(64),
    arn: arn('events', `rule/${generated(64)}`),
  }),
  'AWS::IAM::ManagedPolicy': ({ arn, generated }) => byArn(arn('iam', `policy/${generated(128)}`, '')),
  'AWS::IAM::Role': ({ arn, generated }) => ({
    ref: generated(64),
    arn: arn('iam', `role/${generated(64)}`, ''),
  }),
  'AWS::KMS::Alias': ({ arn, chosen }) => ({
    ref: chosen('AliasName'),
    arn: arn('kms', chosen('AliasName')),
  }),
  'AWS::KMS::Key': ({ arn, made }) => ({ ref: made(36), arn: arn('kms', `key/${made(36)}`) }),
  'AWS::Lambda::EventSourceMapping': ({ arn, made }) => ({
    ref: made(36),
    arn: arn('lambda', `event-source-mapping:${made(36)}`),
  }),
  'AWS::Lambda::Function': ({ arn, generated }) => ({
    ref: generated(64),
    arn: arn('lambda', `function:${generated(64)}`),
  }),
  'AWS::Lambda::LayerVersion': ({ arn, made }) => byArn(arn('lambda', `layer:${made(60)}:1`)),
  'AWS::Logs::LogGroup': ({ arn, generated }) => ({
    ref: generated(512),
    arn: arn('logs', `log-group:${generated(512)}:*`),
  }),
  'AWS::S3::Bucket': ({ arn, generated }) => ({
    ref: generated(63).toLowerCase(),
    arn: arn('s3', generated(63).toLowerCase(), '', ''),
  }),
  'AWS::SNS::Topic': ({ arn, generated }) => byArn(arn('sns', generated(256))),
  'AWS::SQS::Queue': ({ arn, generated }) => ({
    ref: `https://sqs.example.com/${ACCOUNT}/${generated(80)}`,
    arn: arn('sqs', generated(80)),
  }),
  'AWS::Scheduler::Schedule': ({ arn, generated }) => ({
    ref: generated(64),
    arn: arn('scheduler', `schedule/default/${generated(64)}`),
  }),
};

/** Where both names do not fit, CloudFormation shortens the logical id's and the stack's. */
function generatedName(stackName: string, id: string, longest: number): string {
  const end = '1A2B3C4D5E6F';
  const whole = `${stackName}-${id}-${end}`;
  return whole.length <= longest
    ? whole
    : `${stackName.slice(0, 25)}-${id.slice(0, longest - 25 - 2 - end.length)}-${end}`;
}

const ARN_ATTRIBUTES = ['Arn', 'FunctionARN'];

/** A stack's resources under the names that AWS would give them. */
export function deployed(json: Json, { stackName, partition, region }: Place) {
  const resources: Record<string, Json> = json['Resources'];
  const stackArn = `arn:${partition}:cloudformation:${region}:${ACCOUNT}:stack/${stackName}/7c5b1c50-c7a5-11f0-8a3f-0a1b2c3d4e5f`;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::AccountId': ACCOUNT,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackId': stackArn,
  };
  const arn: Naming['arn'] = (service, resource, where = region, account = ACCOUNT) =>
    `arn:${partition}:${service}:${where}:${account}:${resource}`;

  function identify(id: string): Identity {
    const { Type, Properties } = resources[id]!;
    const identity = IDENTITIES[Type]?.({
      arn,
      generated: (longest) => generatedName(stackName, id, longest),
      made: (length) => createHash('sha256').update(`${stackName}-${id}`).digest('hex').slice(-length),
      chosen: (property) => String(resolve(Properties[property])),
    });
    return identity ?? { ref: `${id}-1A2B3C4D5E6F`, arn: '' };
  }

  const resolve = (value: unknown) =>
    resolveValue(
      value,
      {
        ref: (name) => pseudo[name] ?? (resources[name] ? identify(name).ref : name),
        attribute(id, name) {
          if (ARN_ATTRIBUTES.includes(name)) return identify(id).arn;
          return name === 'GroupId' ? identify(id).ref : `${id}.${name}`;
        },
        localise: (text) => text,
      },
      'template',
    );

  return {
    stackArn,
    arn,
    resources: Object.entries(resources).map(
      ([id, { Type: type, Properties: properties = {} }]): Deployed => {
        const resolved: Json = Object(resolve(properties));
        return { id, type, ...identify(id), properties: resolved };
      },
    ),
  };
}
