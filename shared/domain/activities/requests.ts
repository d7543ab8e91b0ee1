import { shortCommit } from '../values/commit.ts';
import type { ActivityRequest } from './activity.ts';

type Request<Type extends ActivityRequest['type']> = Omit<ActivityRequest, 'id'> & { type: Type };

/** A request to delete an environment. */
export function deletionRequest(environment: { id: string }, because: string): Request<'environment.delete'> {
  return { type: 'environment.delete', text: `Delete ${environment.id}`, because };
}

/**
 * A request to mirror a commit, and to deploy it if the environment is active.
 * @param destination the branch or the pull request of the push, for texts
 * @param source names the push in texts when the commit is unknown
 */
export function pushRequest(
  commit: string | null,
  destination: string,
  source = '',
): Request<'environment.push'> {
  const at = commit ? shortCommit(commit) : source;
  return {
    type: 'environment.push',
    text: `Push ${at} to ${destination}`,
    because: `${at} was pushed to ${destination}`,
    commit,
  };
}
