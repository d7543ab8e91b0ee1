import type { Activity, ActivityRequest } from '../activities/activity.ts';
import { enqueue } from '../activities/activity.ts';
import type { Environment } from '../environments/environment.ts';
import type { Integration } from '../integrations/integration.ts';

/** The stored state that a decision about an environment is made from. */
export interface DecisionState {
  /** The project's default branch; null until it is known. */
  default_branch: string | null;
  integration: Integration;
  /** The environment of the event; null when there is none. */
  environment: Environment | null;
  /** True when the target's environment exists and is not the parent of the pull request's environment. */
  has_target?: boolean;
}

/** The result of a decision, with its reason. */
export type Decision = Ignore | Change;

/** The decision to change nothing. */
export interface Ignore {
  verdict: 'ignore';
  because: string;
  /** Set when a branch owns the id of the pull request's environment. */
  is_name_taken?: true;
}

/** The decision to store a new version of an environment, or to remove the environment. */
export interface Change {
  verdict: 'change';
  because: string;
  /** The new version of the environment; null to remove it. */
  environment: Environment | null;
  /** Activities that this decision ended; they are stored as history. */
  finished: Activity[];
}

/** The time of a decision, and an unused id for a new activity. */
export interface Moment {
  now: string;
  activityId: string;
  /** The time of the delivery; absent for events that Bough created. */
  delivered_at?: string;
}

/** The decision to change nothing, for this reason. */
export function ignore(because: string): Ignore {
  return { verdict: 'ignore', because };
}

/** Changes an environment and queues one activity on it. */
export function changeWith(
  environment: Environment,
  request: Omit<ActivityRequest, 'id'>,
  moment: Moment,
): Change {
  const { now, activityId: id, ...delivery } = moment;
  const queue = enqueue(environment.activities, { ...request, ...delivery, id }, now);
  return {
    verdict: 'change',
    because: request.because,
    environment: { ...environment, activities: queue.open, updated_at: now },
    finished: queue.finished,
  };
}
