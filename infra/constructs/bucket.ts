import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** The lifecycle of a bucket and its objects. */
export interface PrivateBucketProps {
  /** Deletes the bucket and its objects with the stack, or keeps them. */
  readonly removalPolicy: RemovalPolicy.DESTROY | RemovalPolicy.RETAIN;
  /** The age at which objects are deleted; default: never. */
  readonly expiration?: Duration;
  /** How long old versions are kept; default: no versioning. */
  readonly noncurrentVersionExpiration?: Duration;
}

/** A private bucket for Bough's programs and CloudFront, HTTPS only, encrypted by S3. */
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
        'CloudTrail data events record the access where an account enables them; no log bucket is added.',
    });
  }

  /** Always false; the type satisfies `IBucket` under exactOptionalPropertyTypes. */
  override get isWebsite(): boolean {
    return false;
  }
}
