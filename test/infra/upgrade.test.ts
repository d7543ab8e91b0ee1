import { describe, expect, it } from 'vitest';
import { CONFIGURATIONS } from './configurations.ts';
import { type Json, pathOf, synthesised } from './synthesised.ts';

/**
 * The logical ids of the resources with data. Another logical id, or a change of the properties below, replaces the
 * resource, and an upgrade would start with an empty one. Never change these values.
 */
const KEPT = {
  StorageTableB43FDCE7: 'AWS::DynamoDB::Table',
  StorageMirror28BB882E: 'AWS::S3::Bucket',
  StorageActivities4DB91F5C: 'AWS::S3::Bucket',
  StorageSites044FDAC9: 'AWS::S3::Bucket',
  StorageData6BB23F4E: 'AWS::S3::Bucket',
  StorageKeyBAA9457B: 'AWS::KMS::Key',
};

/** The properties of each type that CloudFormation cannot change without replacing the resource. */
const REPLACING: Record<string, readonly string[]> = {
  'AWS::DynamoDB::Table': [
    'TableName',
    'KeySchema',
    'AttributeDefinitions',
    'LocalSecondaryIndexes',
    'ImportSourceSpecification',
  ],
  'AWS::S3::Bucket': ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
};

describe.each(Object.entries(CONFIGURATIONS))('with %s, an upgrade', (_, settings) => {
  const { json } = synthesised(settings);
  const holdsData = Object.entries<Json>(json['Resources']).filter(([, { Type }]) => REPLACING[Type]);

  it('keeps the logical ids of the table, the buckets and the key', () => {
    expect(Object.fromEntries(holdsData.map(([id, { Type }]) => [id, Type]))).toEqual(KEPT);
  });

  it('replaces the processor before the webhook, whose messages it must know', () => {
    const idOf = (path: string) =>
      Object.entries<Json>(json['Resources']).find(
        ([, resource]) => resource['Type'] === 'AWS::Lambda::Function' && pathOf(resource) === path,
      )?.[0] ?? '';

    expect(json['Resources'][idOf('Webhook/Function')]['DependsOn']).toContain(idOf('Processor/Function'));
  });

  it('replaces none of them', () => {
    const replacing = holdsData.map(([id, { Type, Properties }]) => [
      id,
      Object.fromEntries(
        REPLACING[Type]!.filter((name) => Properties[name] !== undefined).map((name) => [
          name,
          Properties[name],
        ]),
      ),
    ]);

    expect(Object.fromEntries(replacing)).toEqual({
      ...Object.fromEntries(Object.keys(KEPT).map((id) => [id, {}])),
      StorageTableB43FDCE7: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['pk', 'sk', 'gsi_pk', 'gsi_sk'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
      },
    });
  });

  it('would retain the old resources if it had to replace them', () => {
    expect(holdsData.map(([, { UpdateReplacePolicy }]) => UpdateReplacePolicy)).toEqual(
      holdsData.map(() => 'Retain'),
    );
  });
});
