import type { Project } from '../../../shared/domain/project.ts';
import { BoughError } from '../../../shared/errors.ts';
import { createProject } from '../../../shared/workflow/create-project.ts';
import { updateProject } from '../../../shared/workflow/update-project.ts';
import { changed, created, json } from '../http.ts';
import { NewProject, ProjectChanges, parseInput } from '../inputs.ts';
import type { ApiPorts } from '../ports.ts';
import type { Route } from '../router.ts';
import { projectView } from '../views/project.ts';

export function projectRoutes(ports: ApiPorts): Route[] {
  return [
    {
      method: 'GET',
      path: '/projects',
      handle: async () => {
        const views = [];
        for await (const project of ports.projects.list()) views.push(projectView(project, ports.apiUrl));
        return json(200, views);
      },
    },
    {
      method: 'POST',
      path: '/projects',
      handle: async (request) => {
        const project = await createProject(ports, parseInput(NewProject, request.json()));
        return created(projectView(project, ports.apiUrl));
      },
    },
    {
      method: 'GET',
      path: '/projects/{project}',
      handle: async ({ params }) => json(200, projectView(await findProject(ports, params), ports.apiUrl)),
    },
    {
      method: 'PATCH',
      path: '/projects/{project}',
      handle: async (request) => {
        const { id } = await findProject(ports, request.params);
        const project = await updateProject(ports, id, parseInput(ProjectChanges, request.json()));
        return changed(projectView(project, ports.apiUrl));
      },
    },
  ];
}

/** The project that a path names. Throws `not_found`. */
export async function findProject(
  { projects }: Pick<ApiPorts, 'projects'>,
  params: Readonly<Record<string, string>>,
): Promise<Project> {
  const id = params['project'] ?? '';
  const project = await projects.get(id);
  if (!project) throw new BoughError('not_found', `There is no project ${id}.`);
  return project;
}
