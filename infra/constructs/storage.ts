import { CfnDeletionPolicy, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Policy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import { PrivateBucket } from './bucket.ts';

/** The table's only index. */
export const INDEX_NAME = 'index';

/** The fate of the data when the stack is deleted. */
export interface StorageProps {
  /** True to keep all data when the stack is deleted. */
  readonly retain: boolean;
}

/** The persistent data: state, mirrors, logs and results, published sites, environments' data, and the KMS key. */
export class Storage extends Construct {
  readonly table: Table;
  readonly mirror: PrivateBucket;
  readonly activities: PrivateBucket;
  readonly sites: PrivateBucket;
  readonly data: PrivateBucket;
  /** Encrypts integrations' credentials, webhook secrets and log keys before they reach the table. */
  readonly key: Key;

  constructor(scope: Construct, id: string, { retain }: StorageProps) {
    super(scope, id);
    const removalPolicy = retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.table = this.createTable(removalPolicy);
    this.mirror = new PrivateBucket(this, 'Mirror', { removalPolicy });
    this.activities = new PrivateBucket(this, 'Activities', { removalPolicy, expiration: Duration.days(30) });
    this.sites = new PrivateBucket(this, 'Sites', { removalPolicy });
    // Versioned, because this bucket's content cannot be recreated.
    this.data = new PrivateBucket(this, 'Data', {
      removalPolicy,
      noncurrentVersionExpiration: Duration.days(7),
    });
    this.key = new Key(this, 'Key', {
      description: "Bough: integrations' credentials and webhook secrets",
      alias: Stack.of(this).stackName,
      enableKeyRotation: true,
      removalPolicy,
    });
    this.retainReplacedResources();
    this.createEmptyingLogs();
  }

  /** Creates the log group of the CDK's function that empties buckets, which would remain after the stack otherwise. */
  private createEmptyingLogs(): void {
    const provider = Stack.of(this).node.tryFindChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
    const handler = provider?.node.findChild('Handler');
    if (!CfnResource.isCfnResource(handler)) return;
    const logs = new LogGroup(this, 'EmptyingLogs', { removalPolicy: RemovalPolicy.DESTROY });
    handler.addPropertyOverride('LoggingConfig.LogGroup', logs.logGroupName);
  }

  /**
   * Empties buckets only after these constructs' roles have lost their permissions, because CloudFormation deletes in
   * reverse order of creation. A bucket is emptied once: an object written later makes its deletion fail.
   */
  emptyAfter(writers: readonly IConstruct[]): void {
    const emptying = this.node
      .findAll()
      .filter(CfnResource.isCfnResource)
      .filter(({ cfnResourceType }) => cfnResourceType === 'Custom::S3AutoDeleteObjects');
    const policies = writers
      .flatMap((writer) => writer.node.findAll())
      .filter((child) => child instanceof Policy);
    for (const policy of policies) policy.node.addDependency(...emptying);
  }

  /** Keeps resources that an update replaces, because their deletion was not requested. */
  private retainReplacedResources(): void {
    for (const { cfnOptions } of this.node.findAll().filter(CfnResource.isCfnResource)) {
      if (cfnOptions.deletionPolicy) cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    }
  }

  private createTable(removalPolicy: RemovalPolicy): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires_at',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
    });
    // A sparse index: only items that are listed across partitions have these keys.
    table.addGlobalSecondaryIndex({
      indexName: INDEX_NAME,
      partitionKey: { name: 'gsi_pk', type: AttributeType.STRING },
      sortKey: { name: 'gsi_sk', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    return table;
  }
}
