/** What an environment's site is called: a label of host names, and the directory of its files. */
export function siteName(machineName: string, project: string): string {
  return `${machineName}-${project}`;
}

/**
 * Where a site is, with a slash at the end.
 * @param base what is before every site's name, `https://sites.example.com`, or where in the host the name stands,
 * `https://*.example.com`
 */
export function siteUrl(base: string, site: string): string {
  return base.includes('*') ? `${base.replace('*', site)}/` : `${base}/${site}/`;
}

/** Where the HTTP API answers for what no site has, with the path that was asked for behind it: `/not-found/<site>/…`. */
export const notFoundPath = '/not-found';
