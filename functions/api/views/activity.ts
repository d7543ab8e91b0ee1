import type { Activity as Resource } from '../../../shared/api/activity.ts';
import { isUnderWay, shownState } from '../../../shared/domain/activities/activity.ts';
import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import type { Deletion } from '../../../shared/domain/projects/project.ts';
import { escapeHtml } from '../framework/markup.ts';
import { activityUrl, link } from './links.ts';

/**
 * The view of an activity.
 * @param deletion the deletion of its project, during which activities cannot be cancelled
 */
export function activityView(
  activity: FinishedActivity,
  apiUrl: string,
  deletion: Deletion | null = null,
): Resource {
  const self = activityUrl(apiUrl, activity);
  const isCancelled = activity.state === 'cancelled';
  return {
    id: activity.id,
    created_at: activity.created_at,
    updated_at: activity.completed_at ?? activity.started_at ?? activity.created_at,
    type: activity.type,
    parameters: {},
    project: activity.project,
    ...(activity.integration === null ? {} : { integration: activity.integration }),
    environments: activity.environment === null ? [] : [activity.environment],
    state: shownState(activity),
    result: activity.result,
    failure_reason: activity.result === 'failure' ? 'error' : null,
    started_at: activity.started_at,
    completed_at: activity.completed_at,
    completion_percent: hasEnded(activity) ? 100 : isUnderWay(activity) ? 50 : 0,
    cancelled_at: isCancelled ? activity.completed_at : null,
    timings: timingsOf(activity),
    log: '',
    payload: {
      because: activity.delay?.because ?? activity.because,
      commit: activity.commit,
      waiting: waitingOf(activity),
    },
    description: escapeHtml(activity.text),
    text: activity.text,
    expires_at: null,
    commands: [],
    _links: {
      self: link(self),
      log: link(`${self}/log`),
      ...(isCancellable(activity) && !deletion ? { '#cancel': link(`${self}/cancel`) } : {}),
    },
  };
}

function isCancellable(activity: FinishedActivity): boolean {
  return !hasEnded(activity) && activity.cancelled_because === null;
}

/** The start of a delay by a limit or an outage, and the time of the next attempt. */
function waitingOf({ delay }: FinishedActivity): Resource['payload']['waiting'] {
  return delay && { since: delay.since, next_try: delay.next_try };
}

/** True when an activity is complete or cancelled. */
export function hasEnded({ state }: Pick<FinishedActivity, 'state'>): boolean {
  return state === 'complete' || state === 'cancelled';
}

/** Waiting and execution times in seconds. */
function timingsOf({ created_at, started_at, completed_at }: FinishedActivity): Record<string, number> {
  if (!started_at) return {};
  const wait = { wait: seconds(created_at, started_at) };
  return completed_at ? { ...wait, execute: seconds(started_at, completed_at) } : wait;
}

function seconds(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
