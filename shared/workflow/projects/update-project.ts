import type { Project } from '../../domain/projects/project.ts';
import { BoughError } from '../../errors.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { titleOf } from './create-project.ts';
import {
  type ChangeDefaultBranchPorts,
  changeDefaultBranch,
  type RequestedMove,
} from './steps/change-default-branch.ts';

/**
 * Changes a project's title, and queues the activity that changes its default branch. An error changes nothing.
 * @throws BoughError `not_found`; `invalid`; errors of Bitbucket
 */
export async function updateProject(
  ports: ChangeDefaultBranchPorts,
  id: string,
  changes: { title?: string | undefined; default_branch?: string | undefined },
): Promise<{ project: Project; move: RequestedMove | null }> {
  const title = changes.title === undefined ? undefined : titleOf(changes.title);
  const move =
    changes.default_branch === undefined
      ? null
      : await changeDefaultBranch(ports, id, changes.default_branch);
  const project = await requireProject(ports, id);
  if (title === undefined || title === project.title) return { project, move };
  return retryOnConflict(async () => {
    const before = await requireProject(ports, id);
    const after = { ...before, title, updated_at: ports.clock.now(), version: before.version + 1 };
    await ports.projects.save(after);
    return { project: after, move };
  });
}

async function requireProject({ projects }: ChangeDefaultBranchPorts, id: string): Promise<Project> {
  const project = await projects.get(id);
  if (!project) throw new BoughError('not_found', `There is no project ${id}.`);
  return project;
}
