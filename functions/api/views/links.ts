import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';

/**
 * URLs of the API's resources. Ids are encoded by segment, so that a branch's slashes stay slashes. API Gateway
 * decodes paths twice: a percent sign of an id is encoded as often; nothing else comes out differently for that.
 */
export function projectUrl(apiUrl: string, project: string): string {
  return `${apiUrl}/projects/${encodeURIComponent(project)}`;
}

export function environmentUrl(apiUrl: string, project: string, environment: string): string {
  const path = environment.split('/').map(encodeSegment).join('/');
  return `${projectUrl(apiUrl, project)}/environments/${path}`;
}

/** An activity is found with whose it is, so that nobody has to look for that. */
export function activityUrl(
  apiUrl: string,
  {
    project,
    environment,
    integration,
    id,
  }: Pick<FinishedActivity, 'project' | 'environment' | 'integration' | 'id'>,
): string {
  if (environment !== null) return `${environmentUrl(apiUrl, project, environment)}/activities/${id}`;
  const owner = integration === null ? '' : `/integrations/${integration}`;
  return `${projectUrl(apiUrl, project)}${owner}/activities/${id}`;
}

function encodeSegment(text: string): string {
  return encodeURIComponent(text).replaceAll('%25', '%2525');
}

export function link(href: string): { href: string } {
  return { href };
}
