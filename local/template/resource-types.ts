import { createHash } from 'node:crypto';

export const REGION = 'us-east-1';
/** The account of the SQS emulator; everything else follows it. */
export const ACCOUNT = '000000000000';

/** Where the parts of the running stack answer. */
export interface Addresses {
  readonly sqs: string;
  /** The HTTP API's base URL. */
  readonly api: string;
  /** Host and port of the published sites. */
  readonly sitesHost: string;
}

/** What `Ref` and `Fn::GetAtt` yield for a resource. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface ResourceType {
  /** Property that names the resource, if the template may choose the name. */
  readonly nameProperty?: string;
  identify(name: string, addresses: Addresses): Identity;
}

const named = (ref: string): Identity => ({ ref, attributes: {} });

const table: ResourceType = {
  nameProperty: 'TableName',
  identify: (name) => ({ ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } }),
};

/** The resource types that the local stack provisions. */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    identify(name, { sqs }) {
      const url = `${sqs}/${ACCOUNT}/${name}`;
      return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
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
          DomainName: `${bucket}.s3.amazonaws.com`,
          RegionalDomainName: `${bucket}.s3.${REGION}.amazonaws.com`,
        },
      };
    },
  },
  'AWS::KMS::Key': {
    identify(name) {
      const id = stableUuid(name);
      return { ref: id, attributes: { Arn: arn('kms', `key/${id}`), KeyId: id } };
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
      attributes: { ApiEndpoint: api, ApiId: stableUuid(name).slice(0, 8) },
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
  // Only policies speak of these.
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } }),
  },
  'AWS::CertificateManager::Certificate': { identify: (name) => named(arn('acm', `certificate/${name}`)) },
  'AWS::CloudFront::CachePolicy': { identify: named },
  'AWS::CloudFront::OriginAccessControl': { identify: named },
  'AWS::EC2::SecurityGroup': { identify: (name) => ({ ref: name, attributes: { GroupId: name } }) },
  'AWS::SNS::Topic': { identify: (name) => named(arn('sns', name)) },
  'AWS::Lambda::LayerVersion': { identify: (name) => named(arn('lambda', `layer:${name}:1`)) },
  'AWS::CloudFront::Distribution': {
    identify: (name, { sitesHost }) => ({ ref: name, attributes: { DomainName: sitesHost, Id: name } }),
  },
  'AWS::CloudFront::Function': {
    identify: (name) => {
      const functionArn = `arn:aws:cloudfront::${ACCOUNT}:function/${name}`;
      return { ref: functionArn, attributes: { FunctionARN: functionArn } };
    },
  },
};

/** Types, or beginnings of types, that one machine has no use for, and why. */
const WITHOUT_LOCAL_MEANING: Readonly<Record<string, string>> = {
  'AWS::IAM::': 'only the roles of functions and builds are asked for permissions',
  'AWS::Lambda::Permission': 'only roles are asked for permissions',
  'AWS::S3::BucketPolicy': 'only roles are asked for permissions',
  'AWS::SQS::QueuePolicy': 'only roles are asked for permissions',
  'AWS::KMS::Grant': 'only roles are asked for permissions',
  'AWS::Route53::': 'nothing on loopback has a domain name',
  'AWS::Logs::': 'output goes to the terminal',
  'AWS::CloudWatch::': 'there are no metrics to watch',
  'AWS::SNS::': 'there are no alarms to send',
  'AWS::Scheduler::ScheduleGroup': 'it only groups schedules',
  'AWS::Lambda::EventInvokeConfig': 'functions are not invoked asynchronously',
  'AWS::CloudFormation::CustomResource': 'it only acts while AWS deploys the stack',
  'AWS::CDK::Metadata': 'it only describes the deployment',
  'Custom::': 'it only acts while AWS deploys the stack',
};

/** Why a type is not provisioned, or undefined when it is unknown. */
export function reasonToIgnore(type: string): string | undefined {
  return Object.entries(WITHOUT_LOCAL_MEANING).find(([start]) =>
    start.endsWith('::') ? type.startsWith(start) : type === start,
  )?.[1];
}

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** An id that looks random and is the same at every start. */
function stableUuid(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex');
  return [8, 4, 4, 4, 12]
    .map((length, index, lengths) => {
      const start = lengths.slice(0, index).reduce((sum, part) => sum + part, 0);
      return digest.slice(start, start + length);
    })
    .join('-');
}
