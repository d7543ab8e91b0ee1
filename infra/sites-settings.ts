/** The only region whose certificates CloudFront accepts. */
export const CERTIFICATE_REGION = 'us-east-1';

/** The error when a stack in another region would have to create the certificate. */
export const certificateRegionProblem = `Bough can create the certificate of sitesDomain in ${CERTIFICATE_REGION} only: deploy there, or create a certificate there yourself and set sitesCertificateArn.`;

interface SitesSettings {
  readonly sitesUrl?: string | undefined;
  readonly sitesDomain?: string | undefined;
  readonly sitesHostedZoneId?: string | undefined;
  readonly sitesCertificateArn?: string | undefined;
}

/**
 * The conflicts between the settings of sites, each with a remedy. `region` is the region of the deployment, if known.
 */
export function sitesProblems(settings: SitesSettings, region: string | undefined): string[] {
  const { sitesUrl, sitesDomain: domain, sitesHostedZoneId, sitesCertificateArn } = settings;
  if (domain === undefined) {
    return Object.entries({ sitesHostedZoneId, sitesCertificateArn })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => `The setting ${name} requires sitesDomain: set the domain of the sites.`);
  }
  const problems: string[] = [];
  if (sitesUrl !== undefined) {
    problems.push(
      'The settings sitesDomain and sitesUrl exclude each other: set only sitesUrl when your own proxy or CDN is in front of the distribution.',
    );
  }
  if (sitesHostedZoneId === undefined && sitesCertificateArn === undefined) {
    problems.push(
      `The setting sitesDomain requires sitesHostedZoneId or sitesCertificateArn: set the Route 53 hosted zone of ${domain}, or a certificate for *.${domain}.`,
    );
  } else if (sitesCertificateArn === undefined && region !== undefined && region !== CERTIFICATE_REGION) {
    problems.push(`${certificateRegionProblem} The region is ${region}.`);
  }
  return problems;
}
