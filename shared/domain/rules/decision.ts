import type { Activity, ActivityRequest } from '../activities/activity.ts';
import { enqueue } from '../activities/activity.ts';
import type { Environment } from '../environments/environment.ts';
import type { Integration } from '../integrations/integration.ts';

/** What a decision about an environment is made from. */
export interface DecisionState {
  /** The project's default branch; null until it is known. */
  default_branch: string | null;
  integration: Integration;
  /** The environment that the event is about; null when there is none. */
  environment: Environment | null;
  /** True when the environment of the event's pull request is not under its target's, and that exists. */
  has_target?: boolean;
}

/** What shall be done about an event, and why. Doing nothing has a reason too. */
export type Decision = Ignore | Change;

export interface Ignore {
  verdict: 'ignore';
  because: string;
  /** Set where the reason is a branch that has the environment of the event's pull request. */
  is_name_taken?: true;
}

export interface Change {
  verdict: 'change';
  because: string;
  /** The environment as it shall be stored; null when it shall be removed. */
  environment: Environment | null;
  /** Activities that ended by this decision and become history. */
  finished: Activity[];
}

/** What a decision may use beside the event and the state: the time, and a fresh id for a new activity. */
export interface Moment {
  now: string;
  activityId: string;
  /** When Bitbucket delivered the event, where it did. */
  delivered_at?: string;
}

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
