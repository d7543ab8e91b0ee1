import { deletionRequest } from '../activities/requests.ts';
import type { Refusal } from '../environments/actions.ts';
import { deletionGivenUp, type Environment, willBeDeleted } from '../environments/environment.ts';
import { type Change, changeWith, type Moment } from '../rules/decision.ts';
import { secondsBetween } from '../values/time.ts';
import type { Deletion, Project } from './project.ts';

/** The project with its deletion requested; the same object when nothing changes. */
export function markDeleted(project: Project, now: string): Project {
  const { deletion } = project;
  // A repeated request clears the failure, so that the deletion is retried.
  if (deletion?.failure === null) return project;
  const next: Deletion = { requested_at: deletion?.requested_at ?? now, failure: null };
  return { ...project, deletion: next, updated_at: now };
}

/** Seconds within which one ended deletion of many requests the purge. */
const claimSeconds = 60;

/**
 * The project with the note that its last environment is gone; null when another ended deletion has just noted that.
 * @param by the activity that ended: it makes the notes of concurrent writers differ, so that only one is stored
 */
export function emptied(project: Project & { deletion: Deletion }, by: string, now: string): Project | null {
  const { deletion } = project;
  if (deletion.emptied && secondsBetween(deletion.emptied.at, now) < claimSeconds) return null;
  return { ...project, deletion: { ...deletion, emptied: { at: now, by } } };
}

/** The project with the reason for which its deletion failed. */
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
 * True when a user's request to delete the project is about an environment: it is newer than the environment's last failed
 * deletion, so it is a request to try again.
 * @param requested_at the time of the request; undefined without one
 */
export function isAskedFor({ last_activity }: Environment, requested_at: string | undefined): boolean {
  if (requested_at === undefined) return false;
  const hasFailed = last_activity?.type === 'environment.delete' && last_activity.result === 'failure';
  return !hasFailed || (last_activity.completed_at ?? '') <= requested_at;
}

/**
 * Queues the deletion of an environment whose project is being deleted; null when the deletion is queued already.
 * @param isAsked true for a request of a user, which skips a `.bough/teardown` that failed before; the schedule retries
 *   the teardown a limited number of times
 */
export function deleteWithProject(environment: Environment, isAsked: boolean, moment: Moment): Change | null {
  if (willBeDeleted(environment)) return null;
  if (!isAsked && deletionGivenUp(environment)) return null;
  return changeWith(
    // The user has confirmed the deletion of the project.
    { ...environment, protected: false },
    {
      ...deletionRequest(environment, 'its project is being deleted'),
      commit: environment.head_commit,
      requested: isAsked,
    },
    moment,
  );
}

/** The state of a deletion in a sentence for users; null for a project that is not being deleted. */
export function explainDeletion({ id, deletion }: Project): string | null {
  if (!deletion) return null;
  if (deletion.failure === null) return 'The project is being deleted.';
  return `The project is being deleted. ${deletion.failure.replace(/\.?$/, '.')} To delete it without its .bough/teardown: bough project:delete ${id}`;
}

/** The refusal of every operation in a project that is being deleted. */
export const refusalWhileDeleting: Refusal = {
  verdict: 'refuse',
  because: 'The project is being deleted.',
  remedy: 'Nothing new can be started in it. Use another project, or create one.',
};
