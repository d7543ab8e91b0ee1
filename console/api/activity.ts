import { AcceptedActivity } from '../../shared/api/accepted.ts';
import { Activity } from '../../shared/api/activity.ts';
import { activityPath, type PlacedActivity } from './activity-path.ts';
import type { Api } from './client.ts';
import { interval, polled } from './polling.ts';
import { queryKeys } from './query-keys.ts';

/** One activity, which is read until it has ended. */
export function activityQuery(api: Api, activity: PlacedActivity) {
  return polled(api, {
    key: [...queryKeys.project(activity.project), 'activities', activity.id],
    path: activityPath(activity),
    schema: Activity,
    every: (value) => (value && hasEnded(value) ? false : interval.environment),
  });
}

/** Cancels an activity. */
export function cancelActivity(api: Api, activity: PlacedActivity) {
  return api.post(`${activityPath(activity)}/cancel`, {}, AcceptedActivity);
}

/** True when an activity is complete or cancelled. */
export function hasEnded({ state }: Pick<Activity, 'state'>): boolean {
  return state === 'complete' || state === 'cancelled';
}
