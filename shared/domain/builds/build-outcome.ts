import { type Activity, reasonToStop, running } from '../activities/activity.ts';
import type { Outcome } from '../activities/conclude.ts';
import type { BuildResult, EndedBuild } from './build.ts';

/** The outcome of an activity, from the result document of its build. */
export function outcomeOfBuild(
  activity: string,
  { result, because, commit, routes, fault }: BuildResult,
  now: string,
): Outcome {
  const ending = { result, because };
  if (result === 'success')
    return { activity, ending, commit, deployment: { id: activity, commit, routes, created_at: now } };
  return fault === 'infrastructure' ? setback(activity, because, commit) : { activity, ending, commit };
}

/**
 * The outcome of an activity whose build ended without a result document: the infrastructure lost the build, or the build
 * was stopped.
 * @param activities the open activities of the build's environment
 */
export function outcomeWithoutResult(
  { environment, activity, build, status, commit }: EndedBuild,
  activities: readonly Activity[],
): Outcome {
  if (status !== 'STOPPED') {
    return setback(
      activity,
      `The build ended as ${status} before it could leave a result; CodeBuild has its log: ${build}. It is tried again by itself.`,
      commit,
    );
  }
  const stopped = running(activities);
  if (stopped?.id === activity && reasonToStop(activities) !== null)
    return outcomeOfStoppedBuild(environment, stopped, commit);
  const because = 'the build ended as STOPPED: somebody stopped it in CodeBuild';
  return { activity, commit, ending: { result: 'cancelled', because } };
}

/** The outcome of an activity whose build was stopped, by a user's cancellation or for its environment's deletion. */
export function outcomeOfStoppedBuild(
  environment: string,
  { id, cancelled_because }: Pick<Activity, 'id' | 'cancelled_because'>,
  commit: string | undefined,
): Outcome {
  const because = cancelled_because ?? `stopped: ${environment} is being deleted`;
  return { activity: id, commit, ending: { result: 'cancelled', because } };
}

/** A failure of the infrastructure, which does not count as an attempt at the commit. */
function setback(activity: string, because: string, commit: string | undefined): Outcome {
  return { activity, ending: { result: 'failure', because }, reported_commit: commit, setback: true };
}
