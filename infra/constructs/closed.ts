import { Arn, type ArnComponents, ArnFormat, CfnResource, type Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { generatedPrefix } from '../generated-names.ts';
import { metricsNamespace } from '../monitoring/watched.ts';
import { globalName } from './global-name.ts';

/** The ARNs of a resource in policies. Empty when another resource's ARN covers it. */
type Name = (resource: CfnResource, stack: Stack) => string[];

const attribute =
  (name: string, end = ''): Name =>
  (resource) => [`${resource.getAtt(name)}${end}`];

const reference: Name = (resource) => [resource.ref];

const arn =
  (components: (ref: string) => ArnComponents): Name =>
  (resource, stack) => [Arn.format(components(resource.ref), stack)];

/**
 * A pattern of the names that CloudFormation generates. The boundary cannot refer to resources that depend on it, and
 * the size limit of a managed policy excludes longer lists.
 */
const byName =
  (components: ArnComponents): Name =>
  (_, stack) => [Arn.format({ ...components, resourceName: generatedNames(stack) }, stack)];

const coveredByAnother: Name = () => [];

const cloudFront = (resource: string): Name =>
  arn((resourceName) => ({ service: 'cloudfront', region: '', resource, resourceName }));

const colon = { arnFormat: ArnFormat.COLON_RESOURCE_NAME };

/** All resource types of the stack. */
const NAMES: Readonly<Record<string, Name>> = {
  'AWS::ApiGatewayV2::Api': (api, stack) => [
    Arn.format({ service: 'apigateway', account: '', resource: '/apis', resourceName: `${api.ref}*` }, stack),
    Arn.format({ service: 'execute-api', resource: api.ref, resourceName: '*' }, stack),
  ],
  'AWS::ApiGatewayV2::Integration': coveredByAnother,
  'AWS::ApiGatewayV2::Route': coveredByAnother,
  'AWS::ApiGatewayV2::Stage': coveredByAnother,
  'AWS::CertificateManager::Certificate': reference,
  'AWS::CloudFront::CachePolicy': cloudFront('cache-policy'),
  'AWS::CloudFront::Distribution': cloudFront('distribution'),
  // One pattern for all of them, for the size limit.
  'AWS::CloudFront::Function': (_, stack) => [
    Arn.format(
      { service: 'cloudfront', region: '', resource: 'function', resourceName: `${globalName}-*` },
      stack,
    ),
  ],
  'AWS::CloudFront::KeyValueStore': attribute('Arn'),
  'AWS::CloudFront::OriginAccessControl': cloudFront('origin-access-control'),
  'AWS::CloudWatch::Alarm': (_, stack) => [
    Arn.format(
      { service: 'cloudwatch', resource: 'alarm', resourceName: `${stack.stackName}: *`, ...colon },
      stack,
    ),
  ],
  'AWS::CloudWatch::Dashboard': byName({ service: 'cloudwatch', region: '', resource: 'dashboard' }),
  'AWS::CodeBuild::Project': attribute('Arn'),
  'AWS::DynamoDB::Table': attribute('Arn', '*'),
  'AWS::EC2::SecurityGroup': (group, stack) => [
    Arn.format(
      { service: 'ec2', resource: 'security-group', resourceName: `${group.getAtt('GroupId')}` },
      stack,
    ),
  ],
  'AWS::Events::Rule': attribute('Arn'),
  'AWS::IAM::ManagedPolicy': byName({ service: 'iam', region: '', resource: 'policy' }),
  'AWS::IAM::Policy': coveredByAnother,
  'AWS::IAM::Role': byName({ service: 'iam', region: '', resource: 'role' }),
  'AWS::KMS::Alias': coveredByAnother,
  'AWS::KMS::Key': attribute('Arn'),
  'AWS::Lambda::EventInvokeConfig': coveredByAnother,
  'AWS::Lambda::EventSourceMapping': coveredByAnother,
  'AWS::Lambda::Function': byName({ service: 'lambda', resource: 'function', ...colon }),
  'AWS::Lambda::LayerVersion': reference,
  'AWS::Lambda::Permission': coveredByAnother,
  'AWS::Logs::LogGroup': byName({ service: 'logs', resource: 'log-group', ...colon }),
  'AWS::Logs::MetricFilter': coveredByAnother,
  // Their IAM actions do not support resources: docs/decisions/0023.
  'AWS::Logs::QueryDefinition': coveredByAnother,
  'AWS::Route53::RecordSet': coveredByAnother,
  'AWS::S3::Bucket': attribute('Arn', '*'),
  'AWS::S3::BucketPolicy': coveredByAnother,
  'AWS::SNS::Subscription': coveredByAnother,
  'AWS::SNS::Topic': (_, stack) => [Arn.format({ service: 'sns', resource: generatedNames(stack) }, stack)],
  'AWS::SNS::TopicPolicy': coveredByAnother,
  'AWS::SQS::Queue': (_, stack) => [Arn.format({ service: 'sqs', resource: generatedNames(stack) }, stack)],
  'AWS::SQS::QueuePolicy': coveredByAnother,
  'AWS::Scheduler::Schedule': attribute('Arn'),
  'Custom::S3AutoDeleteObjects': coveredByAnother,
};

/**
 * The ARNs and patterns of ARNs of the stack and all its resources. Throws `TypeError` for an unknown resource type.
 */
export function resourcesOf(stack: Stack): string[] {
  const resources = stack.node.findAll().filter(CfnResource.isCfnResource);
  const names = resources.flatMap((resource) => {
    const name = NAMES[resource.cfnResourceType];
    if (!name)
      throw new TypeError(`The boundary has no ARN for the resource type ${resource.cfnResourceType}.`);
    return name(resource, stack);
  });
  const itself = Arn.format(
    { service: 'cloudformation', resource: 'stack', resourceName: `${stack.stackName}/*` },
    stack,
  );
  return [...new Set([...names, itself])];
}

/** A pattern of generated names. */
function generatedNames({ stackName }: Stack): string {
  return `${generatedPrefix(stackName)}*`;
}

/** Statements that deny indirect access to a stack, by actions without its ARNs. `sitesDomain` protects the sites' DNS records. */
export function detoursTo(stack: Stack, { sitesDomain }: { sitesDomain?: string | undefined }) {
  const lambda = Arn.format(
    { service: 'lambda', resource: 'function', resourceName: generatedNames(stack), ...colon },
    stack,
  );
  const detours = [
    deny(['lambda:*EventSourceMapping'], { StringLike: { 'lambda:FunctionArn': lambda } }),
    deny(['cloudwatch:PutMetricData'], {
      StringEquals: { 'cloudwatch:namespace': metricsNamespace(stack) },
    }),
    denyEavesdropping(stack),
  ];
  if (sitesDomain === undefined) return detours;
  const names = { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': `*.${sitesDomain}` };
  return [...detours, deny(['route53:ChangeResourceRecordSets'], { 'ForAnyValue:StringLike': names })];
}

/**
 * Denies reading build variables, which contain permits, through events, notifications and CloudTrail. CodeBuild's
 * events are on the default bus, whose rules have no bus in their ARN. Access points would be an alias of a bucket.
 */
function denyEavesdropping(stack: Stack): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.DENY,
    actions: [
      'cloudtrail:LookupEvents',
      'codestar-notifications:CreateNotificationRule',
      'events:PutRule',
      'events:UpdateEventBus',
      's3:Create*AccessPoint*',
    ],
    notResources: [Arn.format({ service: 'events', resource: 'rule', resourceName: '*/*' }, stack)],
  });
}

function deny(actions: string[], conditions: Record<string, Record<string, string>>): PolicyStatement {
  return new PolicyStatement({ effect: Effect.DENY, actions, resources: ['*'], conditions });
}
