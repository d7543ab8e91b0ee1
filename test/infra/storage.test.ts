import { describe, expect, it } from 'vitest';
import { CONFIGURATIONS } from './configurations.ts';
import { type Json, pathOf, readable, resourcesOf, synthesised } from './synthesised.ts';

const { json, template } = synthesised();
const buckets = resourcesOf(json, 'AWS::S3::Bucket');
const policies = Object.values(resourcesOf(json, 'AWS::S3::BucketPolicy'));

describe('the table', () => {
  const table = resourcesOf(json, 'AWS::DynamoDB::Table')['Storage/Table']!;

  it('has one key schema and one sparse index of whole items', () => {
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

  it('is billed per request, expires items and has point-in-time recovery', () => {
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

  it.each(Object.keys(buckets))('%s requires TLS', (path) => {
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

  it.each(Object.keys(buckets))('%s removes incomplete uploads after a day', (path) => {
    expect(buckets[path]!['LifecycleConfiguration'].Rules).toEqual([
      expect.objectContaining({
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        Status: 'Enabled',
      }),
    ]);
  });

  const days = (number: number) => ({ ExpirationInDays: number });
  const daysOfVersions = (NoncurrentDays: number) => ({
    NoncurrentVersionExpiration: { NoncurrentDays },
    ExpiredObjectDeleteMarker: true,
  });

  it.each([
    ['Storage/Activities', 'for 30 days', days(30)],
    ['Storage/Mirror', 'for good', {}],
    ['Storage/Sites', 'for good', {}],
    ['Storage/Data', 'for good, and for 7 days what was deleted or overwritten', daysOfVersions(7)],
  ])('%s keeps its objects %s', (path, _, rule) => {
    const { LifecycleConfiguration, VersioningConfiguration } = buckets[path]!;
    const { AbortIncompleteMultipartUpload, Status, ...forgets } = LifecycleConfiguration.Rules[0];

    expect(forgets).toEqual(rule);
    expect(VersioningConfiguration?.Status).toBe(path === 'Storage/Data' ? 'Enabled' : undefined);
  });

  it('allow no program to delete a version', () => {
    const granted = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].map((type) => resourcesOf(json, type));

    expect(JSON.stringify(granted)).toContain('"s3:DeleteObject"');
    expect(JSON.stringify(granted)).not.toMatch(/s3:(\*|DeleteObject[V*]|Put(Bucket|Lifecycle))/);
  });
});

describe('the key', () => {
  it('rotates and has a name', () => {
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    template.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/bough' });
  });
});

describe.each(Object.entries(CONFIGURATIONS))('deleting the stack with %s', (_, settings) => {
  const { json: template } = synthesised(settings);
  const isKept = settings.retainData ?? false;

  it(isKept ? 'keeps what cannot be made again, as was asked for' : 'leaves nothing to pay for', () => {
    const kept = Object.values<Json>(template['Resources']).filter(
      ({ DeletionPolicy }) => DeletionPolicy !== undefined && DeletionPolicy !== 'Delete',
    );

    const all = ['Activities', 'Data', 'Key', 'Mirror', 'Sites', 'Table'].map((name) => `Storage/${name}`);
    expect(kept.map(pathOf).sort()).toEqual(isKept ? all : []);
  });

  it(isKept ? 'empties no bucket' : 'empties the buckets first', () => {
    const emptied = Object.values(resourcesOf(template, 'Custom::S3AutoDeleteObjects')).map(
      ({ BucketName }) => readable(template, BucketName),
    );

    expect(emptied.sort()).toEqual(isKept ? [] : Object.keys(buckets).sort());
  });

  it(isKept ? 'has nothing to wait for' : 'empties them when nothing may write to them any more', () => {
    const all: [string, Json][] = Object.entries(template['Resources']);
    const emptying = all.filter(([, { Type }]) => Type === 'Custom::S3AutoDeleteObjects').map(([id]) => id);
    const writing = all.filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::IAM::Policy' && /"s3:PutObject"/.test(JSON.stringify(Properties)),
    );

    expect(writing.map(([, it]) => pathOf(it)).sort()).toEqual([
      'Activities/FunctionRole/DefaultPolicy',
      'Api/EnvironmentRole/DefaultPolicy',
    ]);
    // A resource is deleted before its dependencies.
    for (const [, { DependsOn = [] }] of writing) expect(DependsOn).toEqual(expect.arrayContaining(emptying));
    expect(emptying).toHaveLength(isKept ? 0 : 4);
  });

  it('takes the logs along, which no function writes elsewhere', () => {
    const functions = Object.values(resourcesOf(template, 'AWS::Lambda::Function'));
    const written = functions.map(({ LoggingConfig }) => readable(template, LoggingConfig.LogGroup));

    expect(Object.keys(resourcesOf(template, 'AWS::Logs::LogGroup'))).toEqual(
      expect.arrayContaining(written),
    );
    expect(new Set(written).size).toBe(functions.length);
  });
});

describe('a second stack in the same account', () => {
  const namesIn = (stackName: string): string[] =>
    Object.values<typeof json>(synthesised({ stackName }).json['Resources'])
      .flatMap(({ Properties }) => [Properties, ...Object.values<typeof json>(Properties)])
      .map((named) => named?.Name ?? named?.AliasName)
      .filter((name) => name !== undefined)
      .map((name) => JSON.stringify(name))
      // The stack's id is unique in all regions.
      .filter((name) => !name.includes('AWS::StackId'));

  it('shares no name with the first', () => {
    const first = namesIn('one');

    expect(first).toContain('"alias/one"');
    expect(namesIn('two').filter((name) => first.includes(name))).toEqual([]);
  });
});
