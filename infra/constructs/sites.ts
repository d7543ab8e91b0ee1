import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, CfnOutput, Duration, Fn } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  AccessLevel,
  CachePolicy,
  Distribution,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  type IOrigin,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  Function as ViewerFunction,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { notFoundPath } from '../../shared/domain/environments/sites.ts';
import type { Settings } from '../settings.ts';
import { acknowledge } from './acknowledge.ts';
import { SitesDomain } from './sites-domain.ts';

type SitesSettings = Pick<Settings, 'sitesUrl' | 'sitesDomain' | 'sitesHostedZoneId' | 'sitesCertificateArn'>;

export interface SitesProps {
  readonly bucket: IBucket;
  /** Answers for what a site does not have. */
  readonly http: HttpApi;
  readonly settings: SitesSettings;
}

const SITE_REQUEST = readFileSync(join(import.meta.dirname, 'site-request.js'), 'utf8');

/** Serves the published sites, one environment per host name with a domain, else per path. */
export class Sites extends Construct {
  /** Where sites are, as `siteUrl` takes it. */
  readonly url: string;

  constructor(scope: Construct, id: string, { bucket, http, settings }: SitesProps) {
    super(scope, id);
    const domain = this.createDomain(settings);
    const distribution = this.createDistribution(this.createOrigin(bucket, http), settings, domain);
    this.url = configuredUrl(settings) ?? `https://${distribution.distributionDomainName}`;

    const isReached = domain?.leadTo(distribution) ?? settings.sitesUrl === undefined;
    if (!isReached) {
      new CfnOutput(this, 'Target', {
        value: distribution.distributionDomainName,
        description: domain
          ? `What a CNAME record of ${domain.hostNames} must name`
          : 'What stands behind the base URL of sites',
      }).overrideLogicalId('SitesTarget');
    }
  }

  private createDomain(settings: SitesSettings): SitesDomain | undefined {
    const {
      sitesDomain: name,
      sitesHostedZoneId: hostedZoneId,
      sitesCertificateArn: certificateArn,
    } = settings;
    return name === undefined
      ? undefined
      : new SitesDomain(this, 'Domain', { name, hostedZoneId, certificateArn });
  }

  /** The CDK would name it after the stack, and the same stack in another region would not find the name free. */
  private createAccessControl(): S3OriginAccessControl {
    const stackId = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    return new S3OriginAccessControl(this, 'AccessControl', {
      originAccessControlName: Fn.join('-', ['bough', stackId]),
    });
  }

  /** The bucket; for what it does not have, the HTTP API. */
  private createOrigin(bucket: IBucket, http: HttpApi): IOrigin {
    return new OriginGroup({
      primaryOrigin: S3BucketOrigin.withOriginAccessControl(bucket, {
        originAccessControl: this.createAccessControl(),
        originAccessLevels: [AccessLevel.READ],
      }),
      fallbackOrigin: new HttpOrigin(`${http.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`, {
        originPath: notFoundPath,
      }),
      // Who may not list is told "access denied" of what is not there.
      fallbackStatusCodes: [403, 404],
    });
  }

  private createDistribution(origin: IOrigin, settings: SitesSettings, domain: SitesDomain | undefined) {
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Bough: the environments',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(domain && {
        domainNames: [domain.hostNames],
        certificate: domain.certificate,
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      defaultBehavior: {
        origin,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // Files are published with `max-age=0`, which CloudFront follows as long as the minimum is 0: it keeps them and
        // asks S3 each time whether they have changed.
        cachePolicy: new CachePolicy(this, 'Revalidate', {
          defaultTtl: Duration.seconds(0),
          minTtl: Duration.seconds(0),
          maxTtl: Duration.days(365),
          enableAcceptEncodingBrotli: true,
          enableAcceptEncodingGzip: true,
        }),
        functionAssociations: [
          { eventType: FunctionEventType.VIEWER_REQUEST, function: this.createViewerFunction(settings) },
        ],
      },
      // What a deployment adds is there at once, though it was asked for a moment before.
      errorResponses: [403, 404, 500, 502, 503, 504].map((httpStatus) => ({
        httpStatus,
        ttl: Duration.seconds(0),
      })),
    });
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'A team may look at its environments from any country.',
      'AwsSolutions-CFR2':
        'There is nothing behind it but files and a page that says "not found", which is throttled; a firewall costs more than all of the rest.',
      'AwsSolutions-CFR3': 'A record of who looked at a preview would be personal data that nobody needs.',
      ...(domain === undefined && {
        'AwsSolutions-CFR4':
          "CloudFront's own certificate, for its own domain, sets the protocol versions itself.",
      }),
    });
    return distribution;
  }

  private createViewerFunction(settings: SitesSettings): ViewerFunction {
    const sitesDomain = domainOf(configuredUrl(settings));
    return new ViewerFunction(this, 'SiteRequest', {
      code: FunctionCode.fromInline(`const sitesDomain = ${JSON.stringify(sitesDomain)};\n${SITE_REQUEST}`),
      runtime: FunctionRuntime.JS_2_0,
    });
  }
}

function configuredUrl({ sitesUrl, sitesDomain }: SitesSettings): string | undefined {
  return sitesDomain === undefined ? sitesUrl : `https://*.${sitesDomain}`;
}

/** What is behind the sites' names in their host names; empty when they have none. */
function domainOf(url: string | undefined): string {
  const host = url === undefined ? '' : new URL(url).hostname;
  return host.startsWith('*.') ? host.slice(2) : '';
}
