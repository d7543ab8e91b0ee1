import * as z from 'zod/mini';
import { AcceptedProject } from '../../shared/api/accepted.ts';
import { Project } from '../../shared/api/project.ts';
import type { Api } from './client.ts';
import { path } from './path.ts';
import { interval, polled } from './polling.ts';

/** The first page of the projects. */
export function projectsQuery(api: Api) {
  return polled(api, {
    key: ['projects'],
    path: '/projects',
    schema: z.array(Project),
    every: interval.other,
  });
}

/** One project. */
export function projectQuery(api: Api, project: string) {
  return polled(api, {
    key: ['projects', project],
    path: path`/projects/${project}`,
    schema: Project,
    every: interval.other,
  });
}

/** Creates a project. */
export function createProject(api: Api, title: string) {
  return api.post('/projects', { title }, AcceptedProject);
}
