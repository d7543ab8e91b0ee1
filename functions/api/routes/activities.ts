import { BoughError } from '../../../shared/errors.ts';
import type { FinishedActivity } from '../../../shared/ports.ts';
import { findActivity, listActivities } from '../activities.ts';
import { type ApiRequest, json, ndjson } from '../http.ts';
import type { ApiPorts } from '../ports.ts';
import type { Route } from '../router.ts';
import { activityView, hasEnded } from '../views/activity.ts';
import { findProject } from './projects.ts';

const collection = '/projects/{project}/activities';

/** A function's answer may have 6 MB. Whoever follows a log asks for the rest with `start_at` until it is sealed. */
const longestAnswer = 4_000_000;

export function activityRoutes(ports: ApiPorts): Route[] {
  return [
    {
      method: 'GET',
      path: collection,
      handle: async ({ params, query }) => {
        const project = await findProject(ports, params);
        const activities = await listActivities(ports, { project: project.id }, query);
        return json(
          200,
          activities.map((activity) => activityView(activity, ports.apiUrl)),
        );
      },
    },
    {
      method: 'GET',
      path: `${collection}/{activity}`,
      handle: async ({ params }) =>
        json(200, activityView(await requireActivity(ports, params), ports.apiUrl)),
    },
    {
      method: 'GET',
      path: `${collection}/{activity}/log`,
      handle: async ({ params, query }) => {
        // The activity is read before its log, so that the seal is only ever put on a complete one.
        const activity = await requireActivity(ports, params);
        const lines = await ports.logs.read(activity.project, activity.id);
        return ndjson(logPage(lines, hasEnded(activity), query));
      },
    },
  ];
}

/** The lines from `start_at` on, and the seal when none will follow. */
function logPage(lines: readonly string[], ended: boolean, query: URLSearchParams): string[] {
  const start = numberOf(query, 'start_at') ?? 0;
  const end = start + (numberOf(query, 'max_items') ?? lines.length);
  const page: string[] = [];
  let size = 0;
  for (const line of lines.slice(start, end)) {
    size += Buffer.byteLength(line) + 1;
    if (page.length > 0 && size > longestAnswer) break;
    page.push(line);
  }
  return ended && start + page.length >= lines.length ? [...page, JSON.stringify({ seal: true })] : page;
}

function numberOf(query: URLSearchParams, name: 'start_at' | 'max_items'): number | undefined {
  const number = Number.parseInt(query.get(name) ?? '', 10);
  return number >= 0 ? number : undefined;
}

async function requireActivity(ports: ApiPorts, params: ApiRequest['params']): Promise<FinishedActivity> {
  const project = await findProject(ports, params);
  const id = params['activity'] ?? '';
  const activity = await findActivity(ports, project.id, id);
  if (!activity) throw new BoughError('not_found', `There is no activity ${id} in project ${project.id}.`);
  return activity;
}
