import { createHash } from 'node:crypto';

/** Region of the local stack. */
export const REGION = 'us-east-1';
/** Account id of the local stack, fixed by the SQS emulator. */
export const ACCOUNT = '000000000000';

/** Endpoints that appear in resource names and attributes. */
export interface Addresses {
  /** Base URL of SQS. */
  readonly sqs: string;
  /** Base URL of the HTTP API. */
  readonly api: string;
  /** Host and port of the published sites. */
  readonly sitesHost: string;
}

/** Values of `Ref` and `Fn::GetAtt` for a resource. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface ResourceType {
  /** Property that names the resource, for types whose name the template may choose. */
  readonly nameProperty?: string;
  identify(name: string, addresses: Addresses): Identity;
}

const named = (ref: string): Identity => ({ ref, attributes: {} });

/** The resource types that the local stack provisions. */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } }),
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    identify(name, { sqs }) {
      const url = `${sqs}/${ACCOUNT}/${name}`;
      return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name } };
    },
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    identify(name) {
      const bucket = name.toLowerCase();
      return {
        ref: bucket,
        attributes: {
          Arn: `arn:aws:s3:::${bucket}`,
          RegionalDomainName: `${bucket}.s3.${REGION}.amazonaws.com`,
        },
      };
    },
  },
  'AWS::KMS::Key': {
    identify(name) {
      const id = stableUuid(name);
      return { ref: id, attributes: { Arn: arn('kms', `key/${id}`) } };
    },
  },
  'AWS::KMS::Alias': { nameProperty: 'AliasName', identify: named },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } }),
  },
  'AWS::Lambda::EventSourceMapping': { identify: (name) => named(stableUuid(name)) },
  'AWS::ApiGatewayV2::Api': {
    identify: (name, { api }) => ({
      ref: stableUuid(name).slice(0, 8),
      attributes: { ApiEndpoint: api },
    }),
  },
  'AWS::ApiGatewayV2::Stage': { nameProperty: 'StageName', identify: named },
  'AWS::ApiGatewayV2::Route': { identify: named },
  'AWS::ApiGatewayV2::Integration': { identify: named },
  'AWS::CodeBuild::Project': {
    nameProperty: 'Name',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('codebuild', `project/${name}`) } }),
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('events', `rule/${name}`) } }),
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('scheduler', `schedule/default/${name}`) } }),
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    identify: (name) => ({ ref: name, attributes: { Arn: `arn:aws:iam::${ACCOUNT}:role/${name}` } }),
  },
  'AWS::IAM::Policy': { identify: named },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    identify: (name) => named(`arn:aws:iam::${ACCOUNT}:policy/${name}`),
  },
  // Not provisioned, but named in policies.
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } }),
  },
  'AWS::CertificateManager::Certificate': { identify: (name) => named(arn('acm', `certificate/${name}`)) },
  'AWS::CloudFront::CachePolicy': { identify: named },
  'AWS::CloudFront::OriginAccessControl': { identify: named },
  'AWS::CloudFront::KeyValueStore': {
    identify(name) {
      const id = stableUuid(name);
      const attributes = { Arn: `arn:aws:cloudfront::${ACCOUNT}:key-value-store/${id}`, Id: id };
      return { ref: name, attributes };
    },
  },
  'AWS::EC2::SecurityGroup': { identify: (name) => ({ ref: name, attributes: { GroupId: name } }) },
  'AWS::SNS::Topic': { identify: (name) => named(arn('sns', name)) },
  'AWS::Lambda::LayerVersion': { identify: (name) => named(arn('lambda', `layer:${name}:1`)) },
  'AWS::CloudFront::Distribution': {
    identify: (name, { sitesHost }) => ({ ref: name, attributes: { DomainName: sitesHost } }),
  },
  'AWS::CloudFront::Function': {
    identify: (name) => {
      const functionArn = `arn:aws:cloudfront::${ACCOUNT}:function/${name}`;
      return { ref: functionArn, attributes: { FunctionARN: functionArn } };
    },
  },
};

/** Types, or prefixes of types that end with `::`, that are not provisioned, and why. */
const WITHOUT_LOCAL_MEANING: Readonly<Record<string, string>> = {
  'AWS::Lambda::Permission': 'only identity-based policies are evaluated',
  'AWS::S3::BucketPolicy': 'only identity-based policies are evaluated',
  'AWS::SQS::QueuePolicy': 'only identity-based policies are evaluated',
  'AWS::Route53::': 'nothing on loopback has a domain name',
  'AWS::Logs::': 'output goes to the terminal',
  'AWS::CloudWatch::': 'there are no metrics to watch',
  'AWS::SNS::': 'there are no alarms to send',
  'AWS::Lambda::EventInvokeConfig': 'functions are not invoked asynchronously',
  'Custom::': 'it only acts while AWS deploys the stack',
};

/** Returns the reason why a type is not provisioned; undefined for an unknown type. */
export function reasonToIgnore(type: string): string | undefined {
  return Object.entries(WITHOUT_LOCAL_MEANING).find(([start]) =>
    start.endsWith('::') ? type.startsWith(start) : type === start,
  )?.[1];
}

/** Builds an ARN in the local region and account. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** A UUID derived from the name, so that ids survive a restart. */
function stableUuid(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex');
  return [8, 4, 4, 4, 12]
    .map((length, index, lengths) => {
      const start = lengths.slice(0, index).reduce((sum, part) => sum + part, 0);
      return digest.slice(start, start + length);
    })
    .join('-');
}
