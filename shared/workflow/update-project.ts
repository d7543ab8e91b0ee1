import type { Project } from '../domain/project.ts';
import { BoughError } from '../errors.ts';
import { type ChangeDefaultBranchPorts, changeDefaultBranch } from './change-default-branch.ts';
import { titleOf } from './create-project.ts';
import { retryOnConflict } from './retry-on-conflict.ts';

/** Changes a project's title, its default branch, or both. Throws `not_found`, `invalid`. */
export async function updateProject(
  ports: ChangeDefaultBranchPorts,
  id: string,
  changes: { title?: string | undefined; default_branch?: string | undefined },
): Promise<Project> {
  const title = changes.title === undefined ? undefined : titleOf(changes.title);
  const project =
    changes.default_branch === undefined
      ? await requireProject(ports, id)
      : await changeDefaultBranch(ports, id, changes.default_branch);
  if (title === undefined || title === project.title) return project;
  return retryOnConflict(async () => {
    const before = await requireProject(ports, id);
    const after = { ...before, title, updated_at: ports.clock.now(), version: before.version + 1 };
    await ports.projects.save(after);
    return after;
  });
}

async function requireProject({ projects }: ChangeDefaultBranchPorts, id: string): Promise<Project> {
  const project = await projects.get(id);
  if (!project) throw new BoughError('not_found', `There is no project ${id}.`);
  return project;
}
