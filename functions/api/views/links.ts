/** URLs of the API's resources. Ids are encoded by segment, so that a branch's slashes stay slashes. */
export function projectUrl(apiUrl: string, project: string): string {
  return `${apiUrl}/projects/${encodeURIComponent(project)}`;
}

export function environmentUrl(apiUrl: string, project: string, environment: string): string {
  const path = environment.split('/').map(encodeURIComponent).join('/');
  return `${projectUrl(apiUrl, project)}/environments/${path}`;
}

export function link(href: string): { href: string } {
  return { href };
}
