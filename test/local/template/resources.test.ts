import { describe, expect, it } from 'vitest';
import { UnsupportedTemplateError } from '../../../local/errors.ts';
import { readResources } from '../../../local/template/resources.ts';
import { template as smallTemplate } from '../small-stack.ts';

const addresses = {
  sqs: 'http://127.0.0.1:9001',
  api: 'http://127.0.0.1:4000',
  sitesHost: '127.0.0.1:4001',
};

const read = (Resources: object) => readResources({ Resources }, addresses);

/** A function with the expression as its variable V. */
const functionWith = (V: unknown) => ({
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Code: { S3Key: 'a.zip' },
      Environment: { Variables: { V } },
    },
  },
});

const evaluate = (expression: unknown) =>
  read({ ...resources, ...functionWith(expression) }).functions[0]?.properties.Environment.Variables['V'];

const resources = {
  Queue: { Type: 'AWS::SQS::Queue' },
  Named: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': 'named-${AWS::AccountId}' } } },
  Table: { Type: 'AWS::DynamoDB::Table', Properties: { AttributeDefinitions: [], KeySchema: [] } },
  MirrorBucket1A: { Type: 'AWS::S3::Bucket' },
  Key: { Type: 'AWS::KMS::Key' },
  Api: { Type: 'AWS::ApiGatewayV2::Api' },
  Distribution: {
    Type: 'AWS::CloudFront::Distribution',
    Properties: { DistributionConfig: { Origins: [] } },
  },
};

describe('a template', () => {
  it.each([
    ['a queue as its URL', { Ref: 'Queue' }, 'http://127.0.0.1:9001/000000000000/Queue'],
    ['a queue ARN', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:Queue'],
    ['a queue with a chosen name', { 'Fn::GetAtt': ['Named', 'QueueName'] }, 'named-000000000000'],
    ['a table as its name', { Ref: 'Table' }, 'Table'],
    ['a bucket as its name, in lower case', { Ref: 'MirrorBucket1A' }, 'mirrorbucket1a'],
    ['an API endpoint', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, 'http://127.0.0.1:4000'],
    [
      'an API endpoint joined from its parts',
      {
        'Fn::Join': [
          '',
          [
            'https://',
            { Ref: 'Api' },
            '.execute-api.',
            { Ref: 'AWS::Region' },
            '.',
            { Ref: 'AWS::URLSuffix' },
            '/x',
          ],
        ],
      },
      'http://127.0.0.1:4000/x',
    ],
    [
      'the sites, without TLS',
      { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Distribution', 'DomainName'] }]] },
      'http://127.0.0.1:4001',
    ],
    ['a string with references', { 'Fn::Sub': '${Table}/${AWS::Partition}' }, 'Table/aws'],
    [
      'a part of a string',
      { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] },
      'Queue',
    ],
    ['a number', 5, '5'],
  ])('resolves %s', (_, expression, value) => {
    expect(evaluate(expression)).toBe(value);
  });

  it('yields the same names at every start', () => {
    expect(readResources(smallTemplate, addresses).physical).toEqual(
      readResources(smallTemplate, addresses).physical,
    );
  });

  it.each([
    [
      'an unknown type',
      { Stream: { Type: 'AWS::Kinesis::Stream' } },
      /^Stream is of type AWS::Kinesis::Stream/,
    ],
    ['an unknown expression', functionWith({ 'Fn::ImportValue': 'x' }), /Function .*V uses Fn::ImportValue/],
    [
      'a missing resource',
      functionWith({ Ref: 'Nobody' }),
      /Function .*V refers to Nobody, which does not exist/,
    ],
    [
      'an attribute without local value',
      { ...resources, ...functionWith({ 'Fn::GetAtt': ['Table', 'StreamArn'] }) },
      /needs Table\.StreamArn/,
    ],
    [
      'a function that refers to a resource without a local counterpart',
      { Alarm: { Type: 'AWS::CloudWatch::Alarm' }, ...functionWith({ Ref: 'Alarm' }) },
      /Alarm \(AWS::CloudWatch::Alarm\) does not exist locally, because there are no metrics to watch; but Function .*V needs it/,
    ],
    [
      'a function with inline code',
      {
        Function: {
          Type: 'AWS::Lambda::Function',
          Properties: { Handler: 'i.h', Runtime: 'nodejs24.x', Code: { ZipFile: '' } },
        },
      },
      /Function \(AWS::Lambda::Function\) cannot be provisioned locally: .*S3Key/s,
    ],
    [
      'a mapping with filters',
      {
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: 'a', FunctionName: 'b', FilterCriteria: { Filters: [] } },
        },
      },
      /filters are not emulated/,
    ],
    [
      'a rule that transforms its input',
      {
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: {}, Targets: [{ Arn: 'a', InputPath: '$.detail' }] },
        },
      },
      /inputs of targets are not emulated/,
    ],
    [
      'a pseudo parameter that no template of Bough uses',
      functionWith({ Ref: 'AWS::NoValue' }),
      /Function .*V refers to AWS::NoValue, which does not exist/,
    ],
  ])('with %s is refused, with the name in the error', (_, Resources, message) => {
    expect(() => read(Resources)).toThrow(UnsupportedTemplateError);
    expect(() => read(Resources)).toThrow(message);
  });

  it('may refer to anything in properties that the local stack does not use', () => {
    const Schedule = {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(1 hour)',
        Target: { Arn: 'arn' },
        GroupName: { 'Fn::ImportValue': 'x' },
      },
    };
    expect(read({ Schedule }).schedules).toMatchObject([{ properties: { Target: { Arn: 'arn' } } }]);
  });
});

describe('a CodeBuild project on Lambda compute', () => {
  const projectWith = (properties: object, environment: object = {}) => ({
    Project: {
      Type: 'AWS::CodeBuild::Project',
      Properties: {
        Source: { Type: 'S3', Location: 'assets/a.zip', BuildSpec: '{}' },
        Environment: {
          Type: 'ARM_LAMBDA_CONTAINER',
          Image: 'aws/codebuild/amazonlinux-aarch64-lambda-standard:nodejs22',
          ComputeType: 'BUILD_LAMBDA_1GB',
          ...environment,
        },
        ...properties,
      },
    },
  });

  it('has no timeout of its own', () => {
    const [project] = read(projectWith({ Cache: { Type: 'NO_CACHE' } })).projects;

    expect(project?.properties.TimeoutInMinutes).toBeUndefined();
  });

  it.each([
    ['a timeout', { TimeoutInMinutes: 10 }, {}, 'does not support TimeoutInMinutes'],
    ['a limit of the queue', { QueuedTimeoutInMinutes: 60 }, {}, 'does not support QueuedTimeoutInMinutes'],
    ['a VPC', { VpcConfig: { VpcId: 'vpc-0a1b2c3d' } }, {}, 'does not support VpcConfig'],
    ['a cache', { Cache: { Type: 'S3' } }, {}, 'does not support a cache'],
    ['privileges', {}, { PrivilegedMode: true }, 'does not support PrivilegedMode'],
    ['an image for containers', {}, { Image: 'aws/codebuild/standard:7.0' }, 'does not run the image'],
    [
      'a size of containers',
      {},
      { ComputeType: 'BUILD_GENERAL1_SMALL' },
      'does not have BUILD_GENERAL1_SMALL',
    ],
  ])('is refused with %s, as by AWS', (_, properties, environment, problem) => {
    expect(() => read(projectWith(properties, environment))).toThrow(`ARM_LAMBDA_CONTAINER ${problem}`);
  });
});
