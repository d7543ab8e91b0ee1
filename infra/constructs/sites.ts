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
import { distributionHeader, notFoundPath } from '../../shared/domain/environments/sites.ts';
import type { Settings } from '../settings.ts';
import { acknowledge } from './acknowledge.ts';
import { globalName } from './global-name.ts';
import type { SiteRules } from './site-rules.ts';
import { SitesDomain } from './sites-domain.ts';

type SitesSettings = Pick<Settings, 'sitesUrl' | 'sitesDomain' | 'sitesHostedZoneId' | 'sitesCertificateArn'>;

/** The bucket and the settings of sites. */
export interface SitesProps {
  readonly bucket: IBucket;
  /** Serves the error pages of sites. */
  readonly http: HttpApi;
  /** Decide who may open the sites. */
  readonly rules: SiteRules;
  readonly settings: SitesSettings;
}

const SITE_REQUEST = readFileSync(join(import.meta.dirname, 'site-request.js'), 'utf8');
const SITE_RESPONSE = readFileSync(join(import.meta.dirname, 'site-response.js'), 'utf8');

/** Serves the published sites: one host name per environment with a domain, else one path. */
export class Sites extends Construct {
  /** The base URL of sites, for `siteUrl`. */
  readonly url: string;

  constructor(scope: Construct, id: string, { bucket, http, rules, settings }: SitesProps) {
    super(scope, id);
    const domain = this.createDomain(settings);
    const distribution = this.createDistribution(
      this.createOrigin(bucket, http, rules),
      this.createRequestFunction(settings, rules),
      domain,
    );
    this.url = configuredUrl(settings) ?? `https://${distribution.distributionDomainName}`;

    const hasRecords = domain?.createRecords(distribution) ?? settings.sitesUrl === undefined;
    if (!hasRecords) {
      new CfnOutput(this, 'Target', {
        value: distribution.distributionDomainName,
        description: domain
          ? `The target for a CNAME record of ${domain.hostNames}`
          : 'The distribution behind the base URL of sites',
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

  /** The name contains the stack's id: the CDK's default name would collide with the same stack in another region. */
  private createAccessControl(): S3OriginAccessControl {
    return new S3OriginAccessControl(this, 'AccessControl', {
      originAccessControlName: globalName,
    });
  }

  /** The bucket, with the HTTP API as fallback for missing objects. */
  private createOrigin(bucket: IBucket, http: HttpApi, rules: SiteRules): IOrigin {
    return new OriginGroup({
      primaryOrigin: S3BucketOrigin.withOriginAccessControl(bucket, {
        originAccessControl: this.createAccessControl(),
        originAccessLevels: [AccessLevel.READ],
      }),
      fallbackOrigin: new HttpOrigin(`${http.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`, {
        originPath: notFoundPath,
        customHeaders: { [distributionHeader]: rules.distributionKey },
      }),
      // Without permission to list, S3 responds with 403 for a missing object.
      fallbackStatusCodes: [403, 404],
    });
  }

  private createDistribution(
    origin: IOrigin,
    requestFunction: ViewerFunction,
    domain: SitesDomain | undefined,
  ) {
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
        // Files are published with `max-age=0`. With a minimum TTL of 0 CloudFront caches them and revalidates each
        // request with S3.
        cachePolicy: new CachePolicy(this, 'Revalidate', {
          defaultTtl: Duration.seconds(0),
          minTtl: Duration.seconds(0),
          maxTtl: Duration.days(365),
          enableAcceptEncodingBrotli: true,
          enableAcceptEncodingGzip: true,
        }),
        functionAssociations: [
          { eventType: FunctionEventType.VIEWER_REQUEST, function: requestFunction },
          { eventType: FunctionEventType.VIEWER_RESPONSE, function: this.createResponseFunction() },
        ],
      },
      // Errors are not cached, so that a new deployment's files are visible at once.
      errorResponses: [403, 404, 500, 502, 503, 504].map((httpStatus) => ({
        httpStatus,
        ttl: Duration.seconds(0),
      })),
    });
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'A team may view its environments from any country.',
      'AwsSolutions-CFR2':
        'The origins are static files and a throttled error page; a firewall would cost more than everything else.',
      'AwsSolutions-CFR3': 'Access logs of previews would be personal data without a purpose.',
      ...(domain === undefined && {
        'AwsSolutions-CFR4':
          "CloudFront's own certificate, for its own domain, sets the protocol versions itself.",
      }),
    });
    return distribution;
  }

  private createRequestFunction(settings: SitesSettings, { store }: SiteRules): ViewerFunction {
    const sitesDomain = JSON.stringify(domainOf(configuredUrl(settings)));
    return new ViewerFunction(this, 'SiteRequest', {
      functionName: functionName('request'),
      code: FunctionCode.fromInline(SITE_REQUEST.replace("'SITES_DOMAIN'", () => sitesDomain)),
      runtime: FunctionRuntime.JS_2_0,
      keyValueStore: store,
    });
  }

  private createResponseFunction(): ViewerFunction {
    return new ViewerFunction(this, 'SiteResponse', {
      functionName: functionName('response'),
      code: FunctionCode.fromInline(SITE_RESPONSE),
      runtime: FunctionRuntime.JS_2_0,
    });
  }
}

function configuredUrl({ sitesUrl, sitesDomain }: SitesSettings): string | undefined {
  return sitesDomain === undefined ? sitesUrl : `https://*.${sitesDomain}`;
}

/** Short names leave room in the boundary of the builds' role. */
function functionName(event: 'request' | 'response'): string {
  return Fn.join('-', [globalName, event]);
}

/** The domain of a wildcard URL; empty for a URL without a wildcard. */
function domainOf(url: string | undefined): string {
  const host = url === undefined ? '' : new URL(url).hostname;
  return host.startsWith('*.') ? host.slice(2) : '';
}
