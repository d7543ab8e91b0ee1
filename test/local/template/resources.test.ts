import { describe, expect, it } from 'vitest';
import { UnsupportedTemplateError } from '../../../local/errors.ts';
import { readResources } from '../../../local/template/resources.ts';
import { template as smallTemplate } from '../small-stack.ts';

const addresses = {
  sqs: 'http://127.0.0.1:9001',
  api: 'http://127.0.0.1:4000',
  sitesHost: '127.0.0.1:4001',
};

const read = (Resources: object, rest: object = {}) => readResources({ Resources, ...rest }, addresses);

/** A function whose variable V is the expression. */
const functionWith = (V: unknown) => ({
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: { Handler: 'index.handler', Code: { S3Key: 'a.zip' }, Environment: { Variables: { V } } },
  },
});

const evaluate = (expression: unknown, Resources: object = {}, rest: object = {}) =>
  read({ ...Resources, ...functionWith(expression) }, rest).functions[0]?.properties.Environment.Variables[
    'V'
  ];

const resources = {
  Queue: { Type: 'AWS::SQS::Queue' },
  Named: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': '${AWS::StackName}-named' } } },
  Table: { Type: 'AWS::DynamoDB::Table', Properties: { AttributeDefinitions: [], KeySchema: [] } },
  MirrorBucket1A: { Type: 'AWS::S3::Bucket' },
  Key: { Type: 'AWS::KMS::Key' },
  Api: { Type: 'AWS::ApiGatewayV2::Api' },
  Distribution: {
    Type: 'AWS::CloudFront::Distribution',
    Properties: { DistributionConfig: { Origins: [] } },
  },
};

describe('a template on one machine', () => {
  it.each([
    ['a queue by its URL', { Ref: 'Queue' }, 'http://127.0.0.1:9001/000000000000/Queue'],
    ['a queue ARN', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:Queue'],
    ['a queue that has a name', { 'Fn::GetAtt': 'Named.QueueName' }, 'local-named'],
    ['a table by its name', { Ref: 'Table' }, 'Table'],
    ['a bucket by its name, in lower case', { Ref: 'MirrorBucket1A' }, 'mirrorbucket1a'],
    ['an API endpoint', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, 'http://127.0.0.1:4000'],
    [
      'an API endpoint that is put together',
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
    [
      'a text with references',
      { 'Fn::Sub': '${Table}/${Queue.QueueName}/${!Literal}/${AWS::Partition}' },
      'Table/Queue/${Literal}/aws',
    ],
    ['a text with variables', { 'Fn::Sub': ['${A}-${Table}', { A: { Ref: 'Table' } }] }, 'Table-Table'],
    [
      'a part of a text',
      { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] },
      'Queue',
    ],
    ['base64', { 'Fn::Base64': 'abc' }, 'YWJj'],
    ['a number', 5, '5'],
  ])('knows %s', (_, expression, value) => {
    expect(evaluate(expression, resources)).toBe(value);
  });

  it('takes a parameter by its default', () => {
    const Parameters = { Mode: { Type: 'String', Default: 'quiet' } };
    expect(evaluate({ Ref: 'Mode' }, {}, { Parameters })).toBe('quiet');
  });

  it('drops AWS::NoValue', () => {
    expect(evaluate({ Ref: 'AWS::NoValue' })).toBeUndefined();
  });

  it('gives the same names at every start', () => {
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
      'a resource that is not there',
      functionWith({ Ref: 'Nobody' }),
      /Function .*V refers to Nobody, which does not exist/,
    ],
    [
      'an attribute without local value',
      { ...resources, ...functionWith({ 'Fn::GetAtt': ['Table', 'StreamArn'] }) },
      /needs Table\.StreamArn/,
    ],
    [
      'a function that needs something without local meaning',
      { Alarm: { Type: 'AWS::CloudWatch::Alarm' }, ...functionWith({ Ref: 'Alarm' }) },
      /Alarm \(AWS::CloudWatch::Alarm\) does not exist locally, because there are no metrics to watch; but Function .*V needs it/,
    ],
    [
      'a function with inline code',
      { Function: { Type: 'AWS::Lambda::Function', Properties: { Handler: 'i.h', Code: { ZipFile: '' } } } },
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
  ])('refuses %s, by name', (_, Resources, message) => {
    expect(() => read(Resources)).toThrow(UnsupportedTemplateError);
    expect(() => read(Resources)).toThrow(message);
  });

  it('does without what it does not act upon', () => {
    const Role = { Type: 'AWS::IAM::Role' };
    const Schedule = {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(1 hour)',
        Target: { Arn: 'arn', RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      },
    };
    expect(read({ Role, Schedule }).schedules).toMatchObject([{ properties: { Target: { Arn: 'arn' } } }]);
  });
});
