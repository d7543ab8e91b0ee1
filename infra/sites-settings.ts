/** The only region whose certificates CloudFront takes. */
export const CERTIFICATE_REGION = 'us-east-1';

/** Said where a stack in another region would have to make the certificate. */
export const certificateRegionProblem = `Bough can make the certificate of sitesDomain in ${CERTIFICATE_REGION} only: deploy there, or make one there yourself and set sitesCertificateArn.`;

interface SitesSettings {
  readonly sitesUrl?: string | undefined;
  readonly sitesDomain?: string | undefined;
  readonly sitesHostedZoneId?: string | undefined;
  readonly sitesCertificateArn?: string | undefined;
}

/**
 * What is wrong with how the settings of sites fit together, and what to do.
 * @param region where the stack is to be deployed, when that is known
 */
export function sitesProblems(settings: SitesSettings, region: string | undefined): string[] {
  const { sitesUrl, sitesDomain: domain, sitesHostedZoneId, sitesCertificateArn } = settings;
  if (domain === undefined) {
    return Object.entries({ sitesHostedZoneId, sitesCertificateArn })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => `The setting ${name} needs sitesDomain: name the domain that sites are to be below.`);
  }
  const problems: string[] = [];
  if (sitesUrl !== undefined) {
    problems.push(
      'The settings sitesDomain and sitesUrl exclude each other: set sitesUrl alone when something of yours stands in front of the distribution.',
    );
  }
  if (sitesHostedZoneId === undefined && sitesCertificateArn === undefined) {
    problems.push(
      `The setting sitesDomain needs sitesHostedZoneId or sitesCertificateArn: name the zone of Route 53 that ${domain} is in, or a certificate for *.${domain}.`,
    );
  } else if (sitesCertificateArn === undefined && region !== undefined && region !== CERTIFICATE_REGION) {
    problems.push(`${certificateRegionProblem} This is ${region}.`);
  }
  return problems;
}
