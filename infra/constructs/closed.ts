import { Arn, type ArnComponents, ArnFormat, CfnResource, type Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { metricsNamespace } from '../monitoring/watched.ts';

/** How policies name a resource. Empty when another resource's ARN stands for it. */
type Name = (resource: CfnResource, stack: Stack) => string[];

const attribute =
  (name: string, end = ''): Name =>
  (resource) => [`${resource.getAtt(name)}${end}`];

const reference: Name = (resource) => [resource.ref];

const arn =
  (components: (ref: string) => ArnComponents): Name =>
  (resource, stack) => [Arn.format(components(resource.ref), stack)];

/**
 * By the names that CloudFormation makes: the boundary cannot refer to resources that depend on it, and a managed policy
 * has no room for more than these.
 */
const byName =
  (components: ArnComponents): Name =>
  (_, stack) => [Arn.format({ ...components, resourceName: startOfNames(stack) }, stack)];

const withAnother: Name = () => [];

const cloudFront = (resource: string): Name =>
  arn((resourceName) => ({ service: 'cloudfront', region: '', resource, resourceName }));

const colon = { arnFormat: ArnFormat.COLON_RESOURCE_NAME };

/** Every type of resource that the stack may have. */
const NAMES: Readonly<Record<string, Name>> = {
  'AWS::ApiGatewayV2::Api': (api, stack) => [
    Arn.format({ service: 'apigateway', account: '', resource: '/apis', resourceName: `${api.ref}*` }, stack),
    Arn.format({ service: 'execute-api', resource: api.ref, resourceName: '*' }, stack),
  ],
  'AWS::ApiGatewayV2::Integration': withAnother,
  'AWS::ApiGatewayV2::Route': withAnother,
  'AWS::ApiGatewayV2::Stage': withAnother,
  'AWS::CertificateManager::Certificate': reference,
  'AWS::CloudFront::CachePolicy': cloudFront('cache-policy'),
  'AWS::CloudFront::Distribution': cloudFront('distribution'),
  'AWS::CloudFront::Function': attribute('FunctionARN'),
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
  'AWS::IAM::Policy': withAnother,
  'AWS::IAM::Role': byName({ service: 'iam', region: '', resource: 'role' }),
  'AWS::KMS::Alias': withAnother,
  'AWS::KMS::Key': attribute('Arn'),
  'AWS::Lambda::EventInvokeConfig': withAnother,
  'AWS::Lambda::EventSourceMapping': withAnother,
  'AWS::Lambda::Function': byName({ service: 'lambda', resource: 'function', ...colon }),
  'AWS::Lambda::LayerVersion': reference,
  'AWS::Lambda::Permission': withAnother,
  'AWS::Logs::LogGroup': byName({ service: 'logs', resource: 'log-group', ...colon }),
  'AWS::Logs::MetricFilter': withAnother,
  // Service permissions do not name them: docs/decisions/0023.
  'AWS::Logs::QueryDefinition': withAnother,
  'AWS::Route53::RecordSet': withAnother,
  'AWS::S3::Bucket': attribute('Arn', '*'),
  'AWS::S3::BucketPolicy': withAnother,
  'AWS::SNS::Subscription': withAnother,
  'AWS::SNS::Topic': (_, stack) => [Arn.format({ service: 'sns', resource: startOfNames(stack) }, stack)],
  'AWS::SNS::TopicPolicy': withAnother,
  'AWS::SQS::Queue': (_, stack) => [Arn.format({ service: 'sqs', resource: startOfNames(stack) }, stack)],
  'AWS::SQS::QueuePolicy': withAnother,
  'AWS::Scheduler::Schedule': attribute('Arn'),
  'Custom::S3AutoDeleteObjects': withAnother,
};

/**
 * The ARNs and patterns of ARNs of everything that a stack consists of, and of the stack itself.
 * @throws TypeError for a resource of a type that it knows no name for
 */
export function resourcesOf(stack: Stack): string[] {
  const resources = stack.node.findAll().filter(CfnResource.isCfnResource);
  const names = resources.flatMap((resource) => {
    const name = NAMES[resource.cfnResourceType];
    if (!name) throw new TypeError(`${resource.cfnResourceType} has no name that the boundary could close.`);
    return name(resource, stack);
  });
  const itself = Arn.format(
    { service: 'cloudformation', resource: 'stack', resourceName: `${stack.stackName}/*` },
    stack,
  );
  return [...new Set([...names, itself])];
}

/** Where CloudFormation shortens the names that it makes, it keeps this much of the stack's name, and one more. */
const KEPT_OF_STACK_NAME = 24;

/** The beginning of the names that CloudFormation makes. Stacks whose long names begin alike share it. */
function startOfNames({ stackName }: Stack): string {
  return stackName.length <= KEPT_OF_STACK_NAME
    ? `${stackName}-*`
    : `${stackName.slice(0, KEPT_OF_STACK_NAME)}*`;
}

/** Ways to a stack that do not name its resources; a domain is where its sites are. */
export function detoursTo(stack: Stack, { sitesDomain }: { sitesDomain?: string | undefined }) {
  const lambda = Arn.format(
    { service: 'lambda', resource: 'function', resourceName: startOfNames(stack), ...colon },
    stack,
  );
  const detours = [
    deny(['lambda:*EventSourceMapping'], { StringLike: { 'lambda:FunctionArn': lambda } }),
    deny(['cloudwatch:PutMetricData'], {
      StringEquals: { 'cloudwatch:namespace': metricsNamespace(stack) },
    }),
    eavesdropping(stack),
  ];
  if (sitesDomain === undefined) return detours;
  const names = { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': `*.${sitesDomain}` };
  return [...detours, deny(['route53:ChangeResourceRecordSets'], { 'ForAnyValue:StringLike': names })];
}

/**
 * Events, notifications and the trail show the variables of all builds, and with them the permits. CodeBuild's events
 * are on the default bus, whose rules have no bus in their ARN. An access point is another name of a bucket.
 */
function eavesdropping(stack: Stack): PolicyStatement {
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
