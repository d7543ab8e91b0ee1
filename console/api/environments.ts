import * as z from 'zod/mini';
import { Environment } from '../../shared/api/environment.ts';
import type { Api } from './client.ts';
import { path } from './path.ts';
import { interval, polled } from './polling.ts';

/** The environments of a project. */
export function environmentsQuery(api: Api, project: string) {
  return polled(api, {
    key: ['projects', project, 'environments'],
    path: path`/projects/${project}/environments`,
    schema: z.array(Environment),
    every: interval.tree,
  });
}

/** One environment. */
export function environmentQuery(api: Api, project: string, environment: string) {
  return polled(api, {
    key: ['projects', project, 'environments', environment],
    path: path`/projects/${project}/environments/${environment}`,
    schema: Environment,
    every: interval.environment,
  });
}
