import type { Activity } from '../../shared/api/activity.ts';
import { path } from './path.ts';

/** The properties of an activity that its path needs. */
export type PlacedActivity = Pick<Activity, 'id' | 'project' | 'environments' | 'integration'>;

/** An activity's path below its environment or integration, which saves the API a search through the project. */
export function activityPath({ id, project, environments, integration }: PlacedActivity): string {
  const [environment] = environments;
  if (environment !== undefined)
    return path`/projects/${project}/environments/${environment}/activities/${id}`;
  if (integration !== undefined)
    return path`/projects/${project}/integrations/${integration}/activities/${id}`;
  return path`/projects/${project}/activities/${id}`;
}
