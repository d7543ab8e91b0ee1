import type { Project } from '../domain/project.ts';
import { BoughError } from '../errors.ts';
import type { Clock, Projects } from '../ports.ts';

const longestTitle = 200;

export interface CreateProjectPorts {
  projects: Projects;
  clock: Clock;
  newId: () => string;
}

/** Creates an empty project. Its default branch becomes known with its first integration. */
export async function createProject(ports: CreateProjectPorts, input: { title: string }): Promise<Project> {
  const title = titleOf(input.title);
  const now = ports.clock.now();
  const project = {
    id: ports.newId(),
    title,
    default_branch: null,
    created_at: now,
    updated_at: now,
    version: 1,
  };
  await ports.projects.save(project);
  return project;
}

/** A title as it is kept. Throws `invalid`. */
export function titleOf(text: string): string {
  const title = text.trim();
  if (!title) throw invalidTitle('Required');
  if (title.length > longestTitle) throw invalidTitle(`Must not be longer than ${longestTitle} characters`);
  return title;
}

function invalidTitle(message: string): BoughError {
  return new BoughError('invalid', 'The project is invalid.', { fields: { title: message } });
}
