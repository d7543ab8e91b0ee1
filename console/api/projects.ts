import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { AcceptedProject } from '../../shared/api/accepted.ts';
import { Project } from '../../shared/api/project.ts';
import type { Api, Read } from './client.ts';
import { path } from './path.ts';
import { interval, polled } from './polling.ts';
import { queryKeys } from './query-keys.ts';

/** The path of the first page of the projects. */
export const firstProjects = '/projects?view=summary';

/**
 * One page of the projects, with their summaries. A summary counts environments, so that the list is polled only while a
 * project is being deleted. Else it is read when its page is opened, when the tab is shown again, after a change, and when the
 * user asks.
 */
export function projectsQuery(api: Api, page: string) {
  return queryOptions({
    queryKey: [...queryKeys.projectList, page],
    queryFn: ({ client, queryKey, signal }): Promise<Read<Project[]>> =>
      api.get(page, z.array(Project), { signal, previous: client.getQueryData<Read<Project[]>>(queryKey) }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data, error } }) =>
      error || data?.value.some(({ status }) => status.code === 'deleting') ? interval.other : false,
  });
}

/** One project. */
export function projectQuery(api: Api, project: string) {
  return polled(api, {
    key: [...queryKeys.project(project), 'project'],
    path: path`/projects/${project}`,
    schema: Project,
    every: interval.other,
  });
}

/** Creates a project. */
export function createProject(api: Api, title: string) {
  return api.post('/projects', { title }, AcceptedProject);
}
