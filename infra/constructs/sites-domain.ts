import { Aws, CfnRule, Fn } from 'aws-cdk-lib';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { AaaaRecord, ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { CERTIFICATE_REGION, certificateRegionProblem } from '../sites-settings.ts';

/** The domain of sites, its zone and its certificate. */
export interface SitesDomainProps {
  /** The domain below which sites are: `preview.example.com`. */
  readonly name: string;
  /** The Route 53 hosted zone of the domain. */
  readonly hostedZoneId?: string | undefined;
  /** A wildcard certificate for the domain; without it the stack creates one, which requires the zone. */
  readonly certificateArn?: string | undefined;
}

/** The host names directly below a domain: their certificate and, with a hosted zone, their DNS records. */
export class SitesDomain extends Construct {
  readonly hostNames: string;
  readonly certificate: ICertificate;
  private readonly zone: IHostedZone | undefined;

  constructor(scope: Construct, id: string, { name, hostedZoneId, certificateArn }: SitesDomainProps) {
    super(scope, id);
    this.hostNames = `*.${name}`;
    this.zone =
      hostedZoneId === undefined ? undefined : HostedZone.fromHostedZoneId(this, 'Zone', hostedZoneId);
    this.certificate =
      certificateArn === undefined
        ? this.createCertificate()
        : Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
  }

  private createCertificate(): ICertificate {
    new CfnRule(this, 'Region', {
      assertions: [
        {
          assert: Fn.conditionEquals(Aws.REGION, CERTIFICATE_REGION),
          assertDescription: certificateRegionProblem,
        },
      ],
    });
    return new Certificate(this, 'Certificate', {
      domainName: this.hostNames,
      validation: CertificateValidation.fromDns(this.zone),
    });
  }

  /** Creates the DNS records. Returns false without a hosted zone. */
  createRecords(distribution: Distribution): boolean {
    if (this.zone === undefined) return false;
    // With a final dot the name is fully qualified, whatever the zone's name is.
    const record = {
      zone: this.zone,
      recordName: `${this.hostNames}.`,
      target: RecordTarget.fromAlias(new CloudFrontTarget(distribution)),
    };
    new ARecord(this, 'Ipv4', record);
    new AaaaRecord(this, 'Ipv6', record);
    return true;
  }
}
