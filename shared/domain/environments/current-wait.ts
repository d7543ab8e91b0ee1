import { isSuspended, running } from '../activities/activity.ts';
import { nextRetry } from '../activities/setbacks.ts';
import type { Integration } from '../integrations/integration.ts';
import { explainWait, shouldBeActive, waitsFor } from '../rules/waiting.ts';
import type { Environment } from './environment.ts';

/** The obstacle to an environment's work. */
export interface CurrentWait {
  because: string;
  since: string;
  /** The time of the next try; null when a user has to act, or a try is in progress. */
  next_try: string | null;
}

/** The limit, outage, pause or missing approval that an environment waits for; null for none. */
export function currentWait(environment: Environment, integration: Integration | null): CurrentWait | null {
  const { activities, setbacks } = environment;
  const activity = running(activities);
  if (activity?.delay) {
    const { because, since, next_try } = activity.delay;
    return { because, since, next_try: isSuspended(activity) ? next_try : null };
  }
  if (activities.length > 0) return null;
  const retry = setbacks && nextRetry(setbacks);
  if (setbacks && retry) return { ...retry, since: setbacks.at };
  return integration && waitForUser(environment, integration);
}

/** The wait for an approval, or for a choice of resources. */
function waitForUser(environment: Environment, integration: Integration): CurrentWait | null {
  const { head_commit: commit, pull_request, last_activity, updated_at } = environment;
  if (!commit || !shouldBeActive(environment)) return null;
  if (pull_request?.fork && integration.build_fork_pull_requests === 'never') return null;
  const wait = waitsFor(environment, commit, integration);
  if (!wait) return null;
  const since = last_activity?.completed_at ?? updated_at;
  return { because: explainWait(environment, wait, commit), since, next_try: null };
}
