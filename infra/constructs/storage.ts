import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { PrivateBucket } from './bucket.ts';

/** What Bough keeps: its state, the mirrors, logs and results, published sites, the environments' data, and a key. */
export class Storage extends Construct {
  readonly table: Table;
  readonly mirror: PrivateBucket;
  readonly activities: PrivateBucket;
  readonly sites: PrivateBucket;
  readonly data: PrivateBucket;
  /** Encrypts integrations' credentials, webhook secrets and log keys before they reach the table. */
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = this.createTable();
    this.mirror = new PrivateBucket(this, 'Mirror');
    this.activities = new PrivateBucket(this, 'Activities', { expiration: Duration.days(30) });
    this.sites = new PrivateBucket(this, 'Sites');
    this.data = new PrivateBucket(this, 'Data');
    this.key = new Key(this, 'Key', {
      description: "Bough: integrations' credentials and webhook secrets",
      alias: Stack.of(this).stackName,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private createTable(): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires_at',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Sparse: only items that are listed across partitions carry these keys.
    table.addGlobalSecondaryIndex({
      indexName: 'index',
      partitionKey: { name: 'gsi_pk', type: AttributeType.STRING },
      sortKey: { name: 'gsi_sk', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    return table;
  }
}
