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

/** A function `Worker` whose role has these statements, and a bucket and a table. */
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

describe('what a role may do', () => {
  const forWebhooks = { StringEquals: { 'kms:EncryptionContext:purpose': 'webhook' } };
  it.each([
    ['nothing without a statement', [], read('arn:aws:s3:::bucket/a'), false],
    ['what a statement allows', [allow('s3:GetObject', objects)], read('arn:aws:s3:::bucket/a/b'), true],
    ['on no other resource', [allow('s3:GetObject', objects)], read('arn:aws:s3:::bucket'), false],
    ['nor anything else on it', [allow(['s3:PutObject'], objects)], read('arn:aws:s3:::bucket/a'), false],
    ['whatever a wildcard stands for', [allow('s3:Get*', '*')], read('arn:aws:s3:::bucket/a'), true],
    ['in any case of the action', [allow('S3:getobject', '*')], read('arn:aws:s3:::bucket/a'), true],
    ['a point is only a point', [allow('s3:GetObject', 'a.b')], read('a-b'), false],
    [
      'nothing that is for Lambda itself and not for its code',
      [allow('s3:GetObject', '*', { Condition: { Null: { 'lambda:SourceFunctionArn': 'true' } } })],
      read('arn:aws:s3:::bucket/a'),
      false,
    ],
    [
      'nothing that another statement denies',
      [allow('*', '*'), { Effect: 'Deny', Action: 's3:*', Resource: '*' }],
      read('arn:aws:s3:::bucket/a'),
      false,
    ],
    [
      'all but some resources',
      [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::other/*' }],
      read('arn:aws:s3:::bucket/a'),
      true,
    ],
    [
      'what a condition asks for',
      [allow('kms:Decrypt', 'key', { Condition: forWebhooks })],
      decrypt({ 'kms:EncryptionContext:purpose': 'webhook' }),
      true,
    ],
    [
      'nothing where a condition asks for something else',
      [allow('kms:Decrypt', 'key', { Condition: forWebhooks })],
      decrypt({ 'kms:EncryptionContext:purpose': 'credentials' }),
      false,
    ],
    [
      'nothing where what a condition asks for is missing',
      [allow('kms:Decrypt', 'key', { Condition: forWebhooks })],
      decrypt({}),
      false,
    ],
  ])('%s', (_, statements, call, expected) => {
    expect(authorizerFor(...statements).allows(worker, call)).toBe(expected);
  });

  it('is asked of functions, not of the administrator, and strangers may do nothing', () => {
    const { allows } = authorizerFor(allow('s3:GetObject', '*'));
    expect(
      [worker, ADMINISTRATOR, accessKeyOf('Other'), 'AKIAEXAMPLE', undefined].map((key) =>
        allows(key, read('a')),
      ),
    ).toEqual([true, true, false, false, false]);
  });

  it('is listed as long as no call has needed it', () => {
    const authorizer = authorizerFor(allow(['s3:GetObject', 's3:PutObject'], objects));
    authorizer.allows(worker, read('arn:aws:s3:::bucket/a'));
    authorizer.allows(worker, read('arn:aws:s3:::other/a'));
    expect(authorizer.unused()).toEqual(['Worker: s3:PutObject on arn:aws:s3:::bucket/*']);
  });
});

describe('a policy that the local stack does not understand', () => {
  it.each([
    [
      'an operator',
      allow('s3:GetObject', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      /IpAddress/,
    ],
    [
      'a condition key',
      allow('s3:GetObject', '*', { Condition: { StringEquals: { 'aws:PrincipalTag/a': 'b' } } }),
      /aws:PrincipalTag/,
    ],
    ['a statement without a resource', { Effect: 'Allow', Action: '*' }, /either Resource or NotResource/],
    ['an element', allow('s3:GetObject', '*', { Principal: '*' }), /Principal/],
    ['a resource', allow('s3:GetObject', { 'Fn::GetAtt': ['Bucket', 'Colour'] }), /Bucket\.Colour/],
  ])('is an error at the start: %s', (_, statement, message) => {
    expect(() => withStatements(statement)).toThrow(message);
  });
});
