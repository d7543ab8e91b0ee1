import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import {
  AccessLevel,
  CachePolicy,
  Distribution,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  Function as ViewerFunction,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface SitesProps {
  readonly bucket: IBucket;
  /** Base URL under which sites are reached when something else stands in front of the distribution. */
  readonly url?: string | undefined;
}

/** Serves the published sites, one environment per path. */
export class Sites extends Construct {
  /** Base URL of every site, without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, { bucket, url }: SitesProps) {
    super(scope, id);

    const directoryIndex = new ViewerFunction(this, 'DirectoryIndex', {
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'directory-index.js') }),
      runtime: FunctionRuntime.JS_2_0,
    });
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Bough: the environments',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        // Whoever may list is told "not found" by S3, others "access denied".
        origin: S3BucketOrigin.withOriginAccessControl(bucket, {
          originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // A redeployed page must be seen at once: without a Cache-Control of its own it is asked for again each time.
        cachePolicy: new CachePolicy(this, 'Revalidate', {
          defaultTtl: Duration.seconds(0),
          minTtl: Duration.seconds(0),
          maxTtl: Duration.days(365),
          enableAcceptEncodingBrotli: true,
          enableAcceptEncodingGzip: true,
        }),
        functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: directoryIndex }],
      },
    });
    acknowledge(distribution, {
      'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk':
        'No request lists the bucket: every path that ends in a slash is rewritten to its index.html.',
      'AwsSolutions-CFR1': 'A team may look at its environments from any country.',
      'AwsSolutions-CFR2':
        'There is nothing behind it but files; a firewall costs more than all of the rest.',
      'AwsSolutions-CFR3': 'A record of who looked at a preview would be personal data that nobody needs.',
      'AwsSolutions-CFR4':
        "CloudFront's own certificate, for its own domain, sets the protocol versions itself.",
    });
    this.url = url ?? `https://${distribution.distributionDomainName}`;
  }
}
