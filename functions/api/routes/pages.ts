import * as z from 'zod/mini';
import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import { shownActivity as shownActivityOf } from '../../../shared/domain/activities/last-activity.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import { logPath } from '../../../shared/runtime/log-link.ts';
import { openBoard, openStatusPage, statusPagePath } from '../../../shared/runtime/page-link.ts';
import type { ApiResponse } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import { boardPage } from '../pages/board-page.ts';
import { noSuchPage, pageResponse } from '../pages/document.ts';
import { deletedPage, type ShownActivity, statusPage } from '../pages/status-page.ts';
import type { ApiPorts } from '../ports.ts';
import { findActivityIn } from '../queries/activities.ts';
import { readBoard } from '../queries/board.ts';

/** The routes of pages whose links are their own keys. A signature replaces IAM authorisation. */
export function pageRoutes(ports: ApiPorts): Route[] {
  const boards = boardCache();
  return [
    route({
      method: 'GET',
      path: '/status/{project}/{environment}/{signature+}',
      id: 'read-status-page',
      summary: 'Read the status page of an environment in a browser, with the link of its build status',
      find: (params) => params,
      query: z.object({ activity: z.catch(z.optional(z.string()), undefined) }),
      responses: { 200: z.string() },
      failures: { 404: z.string() },
      media: 'text/html',
      isOpen: true,
      async handle({ found: { project = '', environment: segment = '', signature = '' }, query }) {
        const opened = await openStatusPage(ports, { project, segment, signature });
        if (!opened) return noSuchPage();
        const { integration, environment: id } = opened;
        const environment = await ports.environments.get(project, id);
        return environment
          ? showStatus(ports, integration, environment, query.activity)
          : showDeleted(ports, integration, id, query.activity);
      },
    }),
    route({
      method: 'GET',
      path: '/board/{project}/{signature+}',
      id: 'read-board',
      summary: "Read a project's board in a browser: its environments with their status",
      find: (params) => params,
      query: z.object({}),
      responses: { 200: z.string() },
      failures: { 404: z.string() },
      media: 'text/html',
      isOpen: true,
      async handle({ found: { project = '', signature = '' } }) {
        const integration = await openBoard(ports, { project, signature });
        if (!integration) return noSuchPage();
        return boards.get(integration, ports.clock.now(), () => showBoard(ports, integration));
      },
    }),
  ];
}

async function showStatus(
  ports: ApiPorts,
  integration: Integration,
  environment: Environment,
  linkedId: string | undefined,
): Promise<ApiResponse> {
  const lastId = shownActivityOf(environment)?.id ?? environment.build_status?.activity;
  const [project, last, linked] = await Promise.all([
    ports.projects.get(environment.project),
    shownActivity(ports, integration, environment, lastId),
    linkedId === lastId ? null : shownActivity(ports, integration, environment, linkedId),
  ]);
  if (!project) return noSuchPage();
  return pageResponse(
    200,
    statusPage({
      project,
      integration,
      environment,
      pullRequestUrl: pullRequestUrlOf(ports, integration, environment),
      last,
      linked,
      now: ports.clock.now(),
    }),
  );
}

async function shownActivity(
  ports: ApiPorts,
  integration: Integration,
  environment: Environment,
  activityId: string | undefined,
): Promise<ShownActivity | null> {
  if (activityId === undefined) return null;
  const activity = await findActivityIn(ports, environment, activityId);
  return activity && withLog(ports, integration, activity);
}

async function withLog(
  { apiUrl, secrets }: ApiPorts,
  integration: Integration,
  activity: FinishedActivity,
): Promise<ShownActivity> {
  return { activity, logUrl: apiUrl + (await logPath(secrets, integration, activity.id)) };
}

/** The page of a deleted environment: the deployment that the link is about, as long as its record exists. */
async function showDeleted(
  ports: ApiPorts,
  integration: Integration,
  id: string,
  linkedId: string | undefined,
): Promise<ApiResponse> {
  const activity = linkedId === undefined ? null : await ports.finished.get(integration.project, linkedId);
  if (activity?.environment !== id) return noSuchPage();
  const linked = await withLog(ports, integration, activity);
  return pageResponse(200, deletedPage(id, linked, ports.clock.now()));
}

async function showBoard(ports: ApiPorts, integration: Integration): Promise<ApiResponse> {
  const project = await ports.projects.get(integration.project);
  if (!project) return noSuchPage();
  const { found, hasMore } = await readBoard(ports, project);
  const rows = await Promise.all(
    found.map(async (environment) => {
      const path = await statusPagePath(ports.secrets, integration, environment.id);
      return {
        environment,
        statusUrl: path && ports.apiUrl + path,
        pullRequestUrl: pullRequestUrlOf(ports, integration, environment),
      };
    }),
  );
  return pageResponse(200, boardPage({ project, integration, rows, hasMore, now: ports.clock.now() }));
}

function pullRequestUrlOf(
  { pullRequestUrl }: ApiPorts,
  integration: Integration,
  { pull_request }: Environment,
): string | null {
  return pull_request && pullRequestUrl(integration, pull_request.number);
}

/** Seconds for which a process repeats a board, so that many readers cost as much as one. */
export const cachedSeconds = 5;
/** Boards in a process's memory. */
const mostCached = 20;

/** The boards that a process rendered last. A link is checked before each use. */
function boardCache() {
  const boards = new Map<string, { until: number; response: ApiResponse }>();
  return {
    async get(
      { project, version }: Integration,
      now: string,
      render: () => Promise<ApiResponse>,
    ): Promise<ApiResponse> {
      const key = `${project} ${version}`;
      const known = boards.get(key);
      if (known && Date.parse(now) < known.until) return known.response;
      const response = await render();
      if (boards.size >= mostCached) boards.clear();
      boards.set(key, { until: Date.parse(now) + cachedSeconds * 1000, response });
      return response;
    },
  };
}
