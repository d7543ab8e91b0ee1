import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface PrivateBucketProps {
  /** With the stack, a bucket goes with what is in it, or stays. */
  readonly removalPolicy: RemovalPolicy.DESTROY | RemovalPolicy.RETAIN;
  /** How long objects are kept; for ever by default. */
  readonly expiration?: Duration;
  /** How long what was overwritten or deleted can be had back; not at all by default. */
  readonly noncurrentVersionExpiration?: Duration;
}

/** A bucket that only Bough's programs and CloudFront reach, over HTTPS, encrypted by S3. */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, { removalPolicy, ...lifecycle }: PrivateBucketProps) {
    const versioned = lifecycle.noncurrentVersionExpiration !== undefined;
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          ...lifecycle,
          ...(versioned && { expiredObjectDeleteMarker: true }),
        },
      ],
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    acknowledge(this, {
      'AwsSolutions-S1':
        'Who reads what is told by CloudTrail where an account records data events; no log bucket is added.',
    });
  }

  /** Never one. Says so in a type that `IBucket` takes under exactOptionalPropertyTypes. */
  override get isWebsite(): boolean {
    return false;
  }
}
