import { Deployment } from '../../shared/api/deployment.ts';
import type { Api } from './client.ts';
import { path } from './path.ts';
import { interval, polled } from './polling.ts';
import { queryKeys } from './query-keys.ts';

/** The current deployment of an environment. The API responds with 404 without one. */
export function deploymentQuery(api: Api, project: string, environment: string) {
  return polled(api, {
    key: [...queryKeys.project(project), 'environments', environment, 'deployment'],
    path: path`/projects/${project}/environments/${environment}/deployments/current`,
    schema: Deployment,
    every: interval.environment,
  });
}
