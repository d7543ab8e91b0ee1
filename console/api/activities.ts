import * as z from 'zod/mini';
import { Activity } from '../../shared/api/activity.ts';
import type { Api } from './client.ts';
import { path } from './path.ts';
import { interval, polled } from './polling.ts';
import { queryKeys } from './query-keys.ts';

/** The latest activities of an environment, newest first. */
export function environmentActivitiesQuery(api: Api, project: string, environment: string) {
  return polled(api, {
    key: [...queryKeys.project(project), 'environments', environment, 'activities'],
    path: path`/projects/${project}/environments/${environment}/activities?count=20`,
    schema: z.array(Activity),
    every: interval.environment,
  });
}

/** The latest deletions of a project's environments, newest first. */
export function deletionsQuery(api: Api, project: string) {
  return polled(api, {
    key: [...queryKeys.project(project), 'deletions'],
    path: path`/projects/${project}/activities?type=environment.delete&count=100`,
    schema: z.array(Activity),
    every: interval.other,
  });
}
