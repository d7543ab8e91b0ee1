import { titleProblem } from '../../domain/environments/title.ts';
import type { Project } from '../../domain/projects/project.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Projects } from '../../ports/projects.ts';

/** The ports of `createProject`. */
export interface CreateProjectPorts {
  projects: Projects;
  clock: Clock;
  newId: () => string;
}

/** Creates an empty project. The first integration sets the default branch. */
export async function createProject(ports: CreateProjectPorts, input: { title: string }): Promise<Project> {
  const title = titleOf(input.title);
  const now = ports.clock.now();
  const project = {
    id: ports.newId(),
    title,
    default_branch: null,
    deletion: null,
    former_integrations: [],
    created_at: now,
    updated_at: now,
    version: 1,
  };
  await ports.projects.save(project);
  return project;
}

/**
 * The title as stored: trimmed.
 * @throws BoughError `invalid`
 */
export function titleOf(text: string): string {
  const title = text.trim();
  const problem = titleProblem(title);
  if (problem) throw new BoughError('invalid', 'The project is invalid.', { fields: { title: problem } });
  return title;
}
