import * as z from 'zod/mini';
import { Activity } from '../../shared/api/activity.ts';
import { Delivery } from '../../shared/api/delivery.ts';
import { Board, Integration } from '../../shared/api/integration.ts';
import type { Api } from './client.ts';
import { path } from './path.ts';
import { interval, polled, readOnDemand } from './polling.ts';
import { queryKeys } from './query-keys.ts';

/** The integrations of a project. */
export function integrationsQuery(api: Api, project: string) {
  return polled(api, {
    key: [...queryKeys.project(project), 'integrations'],
    path: path`/projects/${project}/integrations`,
    schema: z.array(Integration),
    every: interval.other,
  });
}

/** The latest activities of an integration, newest first. */
export function integrationActivitiesQuery(api: Api, project: string, integration: string) {
  return polled(api, {
    key: [...queryKeys.project(project), 'integrations', integration, 'activities'],
    path: path`/projects/${project}/integrations/${integration}/activities?count=10`,
    schema: z.array(Activity),
    every: interval.environment,
  });
}

/** The latest registration of an integration's webhook, as a list of one. */
export function registrationsQuery(
  api: Api,
  project: string,
  { id, type }: Pick<Integration, 'id' | 'type'>,
) {
  const wanted = `integration.${type}.register_hooks`;
  return polled(api, {
    key: [...queryKeys.project(project), 'integrations', id, 'registrations'],
    path: path`/projects/${project}/integrations/${id}/activities?type=${wanted}&count=1`,
    schema: z.array(Activity),
    every: interval.other,
  });
}

/** The last deliveries of an integration's webhook, newest first. A read of 50 takes many read units. */
export function deliveriesQuery(api: Api, project: string, integration: string) {
  return readOnDemand(api, {
    key: queryKeys.deliveries(project, integration),
    path: path`/projects/${project}/integrations/${integration}/deliveries`,
    schema: z.array(Delivery),
  });
}

/** The address of a project's board. KMS opens its key at each read, so it is not polled. */
export function boardQuery(api: Api, project: string, integration: string) {
  return readOnDemand(api, {
    key: queryKeys.board(project, integration),
    path: path`/projects/${project}/integrations/${integration}/board`,
    schema: Board,
  });
}
