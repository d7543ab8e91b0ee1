import { deletionGivenUp, type Environment, willBeDeleted } from '../environments/environment.ts';
import { type Change, changeWith, type Moment } from '../rules/decision.ts';
import type { Deletion, Project } from './project.ts';

/** The project as one that is being deleted; the same object when there is nothing to change. */
export function markDeleted(project: Project, now: string): Project {
  const { deletion } = project;
  // Whoever asks again lets it be tried again.
  if (deletion?.failure === null) return project;
  const next: Deletion = { requested_at: deletion?.requested_at ?? now, failure: null };
  return { ...project, deletion: next, updated_at: now };
}

/** The project with what keeps it from being gone. */
export function withFailure(
  project: Project & { deletion: Deletion },
  environment: Pick<Environment, 'id'>,
  because: string,
  now: string,
): Project {
  const failure = `${environment.id} could not be taken down: ${because}`;
  return { ...project, deletion: { ...project.deletion, failure }, updated_at: now };
}

/**
 * Puts the deletion of its project on an environment, whatever else speaks for it; null when it is on its way already.
 * @param isAsked true when a user asks for it just now: then what has failed is done without its `.bough/teardown`;
 *   the schedule tries that again, and at some time no more
 */
export function deleteWithProject(environment: Environment, isAsked: boolean, moment: Moment): Change | null {
  if (willBeDeleted(environment)) return null;
  if (!isAsked && deletionGivenUp(environment)) return null;
  return changeWith(
    // The user has confirmed the deletion of the project.
    { ...environment, protected: false },
    {
      type: 'environment.delete',
      text: `Delete ${environment.id}`,
      because: 'its project is being deleted',
      commit: environment.head_commit,
      requested: isAsked,
    },
    moment,
  );
}

/** What users are told of a deletion. */
export function explainDeletion({ id, deletion }: Project): string | null {
  if (!deletion) return null;
  if (deletion.failure === null) return 'The project is being deleted.';
  return `The project is being deleted. ${deletion.failure.replace(/\.?$/, '.')} To delete it without its .bough/teardown: bough project:delete ${id}`;
}
