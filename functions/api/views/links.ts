import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import type { VariableLevel } from '../../../shared/domain/variables/variable.ts';

/** The URL of a project. */
export function projectUrl(apiUrl: string, project: string): string {
  return `${apiUrl}/projects/${encodeURIComponent(project)}`;
}

/**
 * The URL of an environment. Ids are encoded by segment, so that the slashes of a branch stay slashes. API Gateway
 * decodes paths twice, so percent signs are encoded twice; other characters need no second encoding.
 */
export function environmentUrl(apiUrl: string, project: string, environment: string): string {
  const path = environment.split('/').map(encodeSegment).join('/');
  return `${projectUrl(apiUrl, project)}/environments/${path}`;
}

/** The URL of an activity. Its owner is in the path, so that the API need not search the project. */
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

/** The URL of a variable. Names have no characters that need an encoding. */
export function variableUrl(apiUrl: string, { project, environment }: VariableLevel, name: string): string {
  const owner = environment ? environmentUrl(apiUrl, project, environment.id) : projectUrl(apiUrl, project);
  return `${owner}/variables/${name}`;
}

function encodeSegment(text: string): string {
  return encodeURIComponent(text).replaceAll('%25', '%2525');
}

/** A HAL link. */
export function link(href: string): { href: string } {
  return { href };
}
