import { Aws, CfnRule, Fn } from 'aws-cdk-lib';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { AaaaRecord, ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { CERTIFICATE_REGION, certificateRegionProblem } from '../sites-settings.ts';

export interface SitesDomainProps {
  /** What sites have before it: `preview.example.com`. */
  readonly name: string;
  /** The zone of Route 53 that the domain is in. */
  readonly hostedZoneId?: string | undefined;
  /** A certificate for every name directly below the domain; without it one is made, which needs the zone. */
  readonly certificateArn?: string | undefined;
}

/** The host names directly below a domain: a certificate for them and, where their zone is known, what leads to them. */
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

  /** True when the names lead to the distribution by themselves. */
  leadTo(distribution: Distribution): boolean {
    if (this.zone === undefined) return false;
    // The dot at the end: a whole name, whichever zone it is in.
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
