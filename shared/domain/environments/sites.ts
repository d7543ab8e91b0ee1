/** The name of an environment's site: a label of its host name, and the directory of its files. */
export function siteName(machineName: string, project: string): string {
  return `${machineName}-${project}`;
}

/**
 * The URL of a site, with a trailing slash.
 * @param base the URL above all sites, `https://sites.example.com`, or a pattern of host names, `https://*.example.com`
 */
export function siteUrl(base: string, site: string): string {
  return base.includes('*') ? `${base.replace('*', site)}/` : `${base}/${site}/`;
}

/** The header by which the distribution of sites identifies its requests for error pages. A visitor cannot set it there. */
export const distributionHeader = 'x-bough-distribution';

/** The path of the HTTP API that serves 404 pages; the requested path follows: `/not-found/<site>/…`. */
export const notFoundPath = '/not-found';

/**
 * Headers with effects on other sites: on their requests, storage and cookies, and reports of their URLs. Without a domain
 * all sites share a host. The CloudFront function for responses has the same list.
 */
export const reachesOthers =
  /^(alt-svc|clear-site-data|nel|report-to|service-worker-allowed|set-cookie|strict-transport-security)$/i;
