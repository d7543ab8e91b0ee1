import { describe, expect, it } from 'vitest';
import { type Json, pathOf, readable, resourcesOf, synthesised } from './synthesised.ts';

const { json, template } = synthesised();
const buckets = resourcesOf(json, 'AWS::S3::Bucket');
const policies = Object.values(resourcesOf(json, 'AWS::S3::BucketPolicy'));

describe('the table', () => {
  const table = resourcesOf(json, 'AWS::DynamoDB::Table')['Storage/Table']!;

  it('has one key schema and one sparse index that carries whole items', () => {
    expect(table['KeySchema']).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(table['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: 'index',
        KeySchema: [
          { AttributeName: 'gsi_pk', KeyType: 'HASH' },
          { AttributeName: 'gsi_sk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
  });

  it('is paid per request, forgets what has expired and can be restored to any second', () => {
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });
});

describe('the buckets', () => {
  it('are one for each kind of content', () => {
    expect(Object.keys(buckets).sort()).toEqual([
      'Storage/Activities',
      'Storage/Data',
      'Storage/Mirror',
      'Storage/Sites',
    ]);
  });

  it.each(Object.keys(buckets))('%s is private and encrypted', (path) => {
    expect(buckets[path]).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
  });

  it.each(Object.keys(buckets))('%s refuses whoever comes without TLS', (path) => {
    const policy = policies.find(({ Bucket }) => readable(json, Bucket) === path)!;

    expect(policy['PolicyDocument'].Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it.each(Object.keys(buckets))('%s forgets uploads that were never finished after a day', (path) => {
    expect(buckets[path]!['LifecycleConfiguration'].Rules).toEqual([
      expect.objectContaining({
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        Status: 'Enabled',
      }),
    ]);
  });

  it('keep logs and results of activities for 30 days, and the rest for good', () => {
    const expiring = Object.entries(buckets).map(([path, { LifecycleConfiguration }]) => [
      path,
      LifecycleConfiguration.Rules[0].ExpirationInDays,
    ]);

    expect(Object.fromEntries(expiring)).toEqual({
      'Storage/Activities': 30,
      'Storage/Data': undefined,
      'Storage/Mirror': undefined,
      'Storage/Sites': undefined,
    });
  });
});

describe('the key', () => {
  it('rotates and has a name', () => {
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    template.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/bough' });
  });
});

describe('deleting the stack', () => {
  const keptOf = (template: Json) =>
    Object.values<Json>(template['Resources'])
      .filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')
      .map(pathOf);
  const emptied = (template: Json) =>
    Object.values(resourcesOf(template, 'Custom::S3AutoDeleteObjects')).map(({ BucketName }) =>
      readable(template, BucketName),
    );

  it('leaves nothing to pay for: buckets are emptied first', () => {
    expect(keptOf(json)).toEqual([]);
    expect(emptied(json).sort()).toEqual(Object.keys(buckets).sort());
  });

  it('keeps what cannot be made again, where retention is asked for', () => {
    const { json: retaining } = synthesised({ retainData: true });

    expect(keptOf(retaining).sort()).toEqual([
      'Storage/Activities',
      'Storage/Data',
      'Storage/Key',
      'Storage/Mirror',
      'Storage/Sites',
      'Storage/Table',
    ]);
    expect(emptied(retaining)).toEqual([]);
  });
});

describe('a second Bough in the same account', () => {
  const namesIn = (stackName: string): string[] =>
    Object.values<typeof json>(synthesised({ stackName }).json['Resources'])
      .flatMap(({ Properties }) => [Properties, ...Object.values<typeof json>(Properties)])
      .map((named) => named?.Name ?? named?.AliasName)
      .filter((name) => name !== undefined)
      .map((name) => JSON.stringify(name));

  it('shares no name with the first', () => {
    const first = namesIn('one');

    expect(first).toContain('"alias/one"');
    expect(namesIn('two').filter((name) => first.includes(name))).toEqual([]);
  });
});
