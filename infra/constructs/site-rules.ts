import { Fn } from 'aws-cdk-lib';
import { KeyValueStore } from 'aws-cdk-lib/aws-cloudfront';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { globalName, stackUuid } from './global-name.ts';

/** The access rules of sites: the store that the distribution's function reads, and the distribution's key. */
export class SiteRules extends Construct {
  readonly store: KeyValueStore;
  /**
   * Identifies the distribution to the management API, which serves the error pages of sites. Two ids that AWS chooses,
   * and that no response contains: nobody without access to the account's resources can know them.
   */
  readonly distributionKey: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.store = new KeyValueStore(this, 'Store', {
      keyValueStoreName: globalName,
      comment: 'Bough: who may open the sites',
    });
    this.distributionKey = Fn.join('.', [this.store.keyValueStoreId, stackUuid]);
  }

  /** Grants the publication of rules. */
  grantPublish(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['DescribeKeyValueStore', 'GetKey', 'UpdateKeys'].map(
        (action) => `cloudfront-keyvaluestore:${action}`,
      ),
      resourceArns: [this.store.keyValueStoreArn],
    });
  }
}
