import * as z from 'zod/mini';
import { AcceptedActivity } from '../../../shared/api/accepted.ts';
import { Activity, LogLine } from '../../../shared/api/activity.ts';
import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import { BoughError } from '../../../shared/errors.ts';
import { cancelActivity } from '../../../shared/workflow/activities/cancel-activity.ts';
import { type ApiRequest, changed, json, ndjson } from '../framework/http.ts';
import { listResponse } from '../framework/pages.ts';
import { type Route, route } from '../framework/route.ts';
import { ActivityQuery, LogQuery } from '../inputs/activities.ts';
import type { ApiPorts } from '../ports.ts';
import { findActivity, findActivityOf } from '../queries/activities.ts';
import { readLog } from '../queries/activity-log.ts';
import { listProjectActivities } from '../queries/project-activities.ts';
import { showActivities, showActivity } from '../queries/resources.ts';
import { activityView, hasEnded } from '../views/activity.ts';
import { projectUrl } from '../views/links.ts';
import { findProject } from './projects.ts';

/** Bytes of a log in one response; the rest is read with `start_at`. */
export const longestResponse = 4_000_000;

/** The routes of activities. */
export function activityRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/projects/{project}/activities',
      id: 'list-projects-activities',
      summary: "List a project's activities, newest first",
      find: (params) => findProject(ports, params),
      query: ActivityQuery,
      responses: { 200: z.array(Activity) },
      isPolled: true,
      async handle({ found: project, query }) {
        const { items, after } = await listProjectActivities(ports, project.id, query);
        const views = await showActivities(ports, project.id, items);
        const url = `${projectUrl(ports.apiUrl, project.id)}/activities`;
        return listResponse({ items: views, after }, { url, query });
      },
    }),
    ...activityRoutesOf(
      ports,
      'environments/{environment+}/',
      ({ project = '', environment = '', activity = '' }) =>
        findActivityOf(ports, { project, environment }, activity),
    ),
    ...activityRoutesOf(
      ports,
      'integrations/{integration}/',
      ({ project = '', integration = '', activity = '' }) =>
        findActivityOf(ports, { project, integration }, activity),
    ),
    ...activityRoutesOf(ports, '', async (params) => {
      const { id: project } = await findProject(ports, params);
      const { activity: id = '' } = params;
      const activity = await findActivity(ports, project, id);
      if (!activity) throw new BoughError('not_found', `There is no activity ${id} in project ${project}.`);
      return activity;
    }),
  ];
}

/** The routes of one activity below one of its paths. A path with the owner avoids a search of the project. */
function activityRoutesOf(
  ports: ApiPorts,
  owner: '' | `${'environments' | 'integrations'}/${string}/`,
  find: (params: ApiRequest['params']) => Promise<FinishedActivity | null>,
): Route[] {
  const resource = `/projects/{project}/${owner}activities/{activity}`;
  const scope = `projects-${owner.replace(/\/.*/, '-')}`;
  return [
    route({
      method: 'GET',
      path: resource,
      id: `get-${scope}activities`,
      summary: 'Get an activity',
      find,
      responses: { 200: Activity },
      isPolled: true,
      handle: async ({ found: activity }) => json(200, await showActivity(ports, activity)),
    }),
    route({
      method: 'GET',
      path: `${resource}/log`,
      id: `get-${scope}activities-log`,
      summary: "Read an activity's log so far, with the seal when the log is complete",
      // The activity is read before its log, so that only a complete log gets the seal.
      find,
      query: LogQuery,
      responses: { 200: LogLine },
      media: 'application/x-ndjson',
      async handle({ found: activity, query }) {
        const lines = await readLog(ports, activity);
        return ndjson(logPage(lines, hasEnded(activity), query));
      },
    }),
    route({
      method: 'POST',
      path: `${resource}/cancel`,
      id: `action-${scope}activities-cancel`,
      summary: 'Cancel an activity; an activity that has started ends when its build has stopped',
      find,
      responses: { 200: AcceptedActivity },
      handle: async ({ found: activity, caller }) =>
        changed(activityView(await cancelActivity(ports, activity, caller?.name ?? null), ports.apiUrl)),
    }),
  ];
}

/** The lines from `start_at` on, and the seal after the last line of a complete log. */
function logPage(lines: readonly string[], ended: boolean, query: LogQuery): string[] {
  const { start_at: start = 0, max_items = lines.length } = query;
  const page: string[] = [];
  let size = 0;
  for (const line of lines.slice(start, start + max_items)) {
    size += Buffer.byteLength(line) + 1;
    if (page.length > 0 && size > longestResponse) break;
    page.push(line);
  }
  return ended && start + page.length >= lines.length ? [...page, JSON.stringify({ seal: true })] : page;
}
