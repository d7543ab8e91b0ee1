import * as z from 'zod/mini';
import { AcceptedProject, DeletedProject } from '../../../shared/api/accepted.ts';
import { Project, type ProjectSummary } from '../../../shared/api/project.ts';
import type { Project as StoredProject } from '../../../shared/domain/projects/project.ts';
import { BoughError } from '../../../shared/errors.ts';
import { createProject } from '../../../shared/workflow/projects/create-project.ts';
import { deleteProject } from '../../../shared/workflow/projects/delete-project.ts';
import { updateProject } from '../../../shared/workflow/projects/update-project.ts';
import { type ApiRequest, changed, created, json } from '../framework/http.ts';
import { firstOf, listResponse } from '../framework/pages.ts';
import { type Route, route } from '../framework/route.ts';
import { Confirmation, isConfirmed } from '../inputs/common.ts';
import { NewProject, ProjectChanges, ProjectQuery } from '../inputs/projects.ts';
import type { ApiPorts } from '../ports.ts';
import { openOfIntegration } from '../queries/activities.ts';
import { mostSummaries, summarize } from '../queries/project-summary.ts';
import { showProject, showProjects } from '../queries/resources.ts';
import { activityView } from '../views/activity.ts';

const resource = '/projects/{project}';

/** The routes of projects. */
export function projectRoutes(ports: ApiPorts): Route[] {
  const find = (params: ApiRequest['params']) => findProject(ports, params);
  return [
    route({
      method: 'GET',
      path: '/projects',
      id: 'list-projects',
      summary: 'List the projects',
      find: (params) => params,
      query: ProjectQuery,
      responses: { 200: z.array(Project) },
      async handle({ query }) {
        const isSummary = query.view === 'summary';
        const { items, after } = await firstOf(ports.projects.list(query.after), {
          count: isSummary ? Math.min(query.count ?? mostSummaries, mostSummaries) : query.count,
        });
        const ids = items.map(({ id }) => id);
        const summaries = isSummary ? await summarize(ports, ids) : new Map<string, ProjectSummary>();
        const views = (await showProjects(ports, items)).map((view) => {
          const summary = summaries.get(view.id);
          return summary ? { ...view, summary } : view;
        });
        return listResponse({ items: views, after }, { url: `${ports.apiUrl}/projects`, query });
      },
    }),
    route({
      method: 'POST',
      path: '/projects',
      id: 'create-projects',
      summary: 'Create a project',
      find: (params) => params,
      body: NewProject,
      responses: { 201: AcceptedProject },
      async handle({ body }) {
        const project = await createProject(ports, body);
        return created(await showProject(ports, project));
      },
    }),
    route({
      method: 'GET',
      path: resource,
      id: 'get-projects',
      summary: 'Get a project',
      find,
      responses: { 200: Project },
      isPolled: true,
      handle: async ({ found: project }) => json(200, await showProject(ports, project)),
    }),
    route({
      method: 'PATCH',
      path: resource,
      id: 'update-projects',
      summary: "Change a project's title, or its default branch, which an activity then changes",
      find,
      body: ProjectChanges,
      responses: { 200: AcceptedProject },
      async handle({ found: { id }, body }) {
        const { project, move } = await updateProject(ports, id, body);
        const started = move
          ? openOfIntegration(move.integration).filter((activity) => activity.id === move.activity)
          : [];
        const activities = started.map((activity) => activityView(activity, ports.apiUrl));
        return changed(await showProject(ports, project), activities);
      },
    }),
    route({
      method: 'DELETE',
      path: resource,
      id: 'delete-projects',
      summary: 'Delete a project with everything that belongs to it',
      find,
      query: Confirmation,
      responses: { 200: DeletedProject },
      whileDeleted: true,
      async handle({ found: { id }, query }) {
        const confirmed = isConfirmed(query, id);
        const { project, webhook_errors } = await deleteProject(ports, id, confirmed);
        const entity = await showProject(ports, project);
        // The deletions of the environments are queued after the response.
        return json(200, { status: 'OK', code: 200, webhook_errors, _embedded: { entity, activities: [] } });
      },
    }),
  ];
}

/**
 * The project that a path names.
 * @throws BoughError not_found
 */
export async function findProject(
  { projects }: Pick<ApiPorts, 'projects'>,
  params: Readonly<Record<string, string>>,
  consistency?: 'strong' | 'eventual',
): Promise<StoredProject> {
  const id = params['project'] ?? '';
  const project = await projects.get(id, consistency);
  if (!project) throw new BoughError('not_found', `There is no project ${id}.`);
  return project;
}
