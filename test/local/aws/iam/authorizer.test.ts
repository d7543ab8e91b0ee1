import { describe, expect, it } from 'vitest';
import { ADMINISTRATOR, accessKeyOf, createAuthorizer } from '../../../../local/aws/iam/authorizer.ts';
import { readPrincipals } from '../../../../local/aws/iam/principals.ts';
import { readResources } from '../../../../local/template/resources.ts';

const addresses = { sqs: 'http://sqs', api: 'http://api', sitesHost: 'sites' };

const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = (Action: unknown, Resource: unknown, rest: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...rest,
});

/** Resources with a bucket and a function `Worker` whose role has these statements. */
function withStatements(...statements: object[]) {
  return readResources(
    {
      Resources: {
        Bucket: { Type: 'AWS::S3::Bucket' },
        Role: { Type: 'AWS::IAM::Role', Properties: {} },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyName: 'Policy',
            Roles: [{ Ref: 'Role' }],
            PolicyDocument: policy(...statements),
          },
        },
        Worker: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Handler: 'index.handler',
            Runtime: 'nodejs24.x',
            Code: { S3Key: 'a.zip' },
            Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          },
        },
      },
    },
    addresses,
  );
}

function authorizerFor(...statements: object[]) {
  const authorizer = createAuthorizer();
  authorizer.register(readPrincipals(withStatements(...statements)));
  return authorizer;
}

const worker = accessKeyOf('Worker');
const objects = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] };
const read = (resource: string) => ({ action: 's3:GetObject', resource });
const decrypt = (context: Record<string, string>) => ({ action: 'kms:Decrypt', resource: 'key', context });

describe('a role', () => {
  const forWebhooks = { StringEquals: { 'kms:EncryptionContext:purpose': 'webhook' } };
  it.each([
    ['may do nothing without a statement', [], read('arn:aws:s3:::bucket/a'), false],
    [
      'may do what a statement allows',
      [allow('s3:GetObject', objects)],
      read('arn:aws:s3:::bucket/a/b'),
      true,
    ],
    ['may not use another resource', [allow('s3:GetObject', objects)], read('arn:aws:s3:::bucket'), false],
    ['may not do another action', [allow(['s3:PutObject'], objects)], read('arn:aws:s3:::bucket/a'), false],
    [
      'may do every action that a wildcard matches',
      [allow('s3:Get*', '*')],
      read('arn:aws:s3:::bucket/a'),
      true,
    ],
    ['may do an action in any case', [allow('S3:getobject', '*')], read('arn:aws:s3:::bucket/a'), true],
    [
      'may not do what only a regular expression would match',
      [allow('s3:GetObject', 'a.b')],
      read('a-b'),
      false,
    ],
    [
      'may not do what only the Lambda service may do',
      [allow('s3:GetObject', '*', { Condition: { Null: { 'lambda:SourceFunctionArn': 'true' } } })],
      read('arn:aws:s3:::bucket/a'),
      false,
    ],
    [
      'may not do what another statement denies',
      [allow('*', '*'), { Effect: 'Deny', Action: 's3:*', Resource: '*' }],
      read('arn:aws:s3:::bucket/a'),
      false,
    ],
    [
      'may use all resources except the excluded ones',
      [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::other/*' }],
      read('arn:aws:s3:::bucket/a'),
      true,
    ],
    [
      'may do what meets a condition',
      [allow('kms:Decrypt', 'key', { Condition: forWebhooks })],
      decrypt({ 'kms:EncryptionContext:purpose': 'webhook' }),
      true,
    ],
    [
      'may not do what fails a condition',
      [allow('kms:Decrypt', 'key', { Condition: forWebhooks })],
      decrypt({ 'kms:EncryptionContext:purpose': 'credentials' }),
      false,
    ],
    [
      'may not do anything without the condition key',
      [allow('kms:Decrypt', 'key', { Condition: forWebhooks })],
      decrypt({}),
      false,
    ],
  ])('%s', (_, statements, call, expected) => {
    expect(authorizerFor(...statements).allows(worker, call)).toBe(expected);
  });

  it('does not apply to the administrator, and an unknown access key may do nothing', () => {
    const { allows } = authorizerFor(allow('s3:GetObject', '*'));
    expect(
      [worker, ADMINISTRATOR, accessKeyOf('Other'), 'AKIAEXAMPLE', undefined].map((key) =>
        allows(key, read('a')),
      ),
    ).toEqual([true, true, false, false, false]);
  });

  it('has its unused grants listed', () => {
    const authorizer = authorizerFor(allow(['s3:GetObject', 's3:PutObject'], objects));
    authorizer.allows(worker, read('arn:aws:s3:::bucket/a'));
    authorizer.allows(worker, read('arn:aws:s3:::other/a'));
    expect(authorizer.unused()).toEqual(['Worker: s3:PutObject on arn:aws:s3:::bucket/*']);
  });
});

describe('a policy with an unsupported part', () => {
  it.each([
    [
      'an operator',
      allow('s3:GetObject', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      /IpAddress/,
    ],
    [
      'a condition key',
      allow('s3:GetObject', '*', { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }),
      /aws:SourceVpc/,
    ],
    ['a statement without a resource', { Effect: 'Allow', Action: '*' }, /either Resource or NotResource/],
    ['an element', allow('s3:GetObject', '*', { Principal: '*' }), /Principal/],
    ['a resource', allow('s3:GetObject', { 'Fn::GetAtt': ['Bucket', 'Colour'] }), /Bucket\.Colour/],
  ])('is refused at the start: %s', (_, statement, message) => {
    expect(() => withStatements(statement)).toThrow(message);
  });
});
