import type { Activity as Resource } from '../../../shared/api/resources.ts';
import type { Deletion } from '../../../shared/domain/project.ts';
import type { FinishedActivity } from '../../../shared/ports.ts';
import { activityUrl, link } from './links.ts';

/** @param deletion that of its project, by which nothing can be cancelled any more */
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
    state: activity.state,
    result: activity.result,
    failure_reason: activity.result === 'failure' ? 'error' : null,
    started_at: activity.started_at,
    completed_at: activity.completed_at,
    completion_percent: hasEnded(activity) ? 100 : activity.state === 'in_progress' ? 50 : 0,
    cancelled_at: isCancelled ? activity.completed_at : null,
    timings: timingsOf(activity),
    log: '',
    payload: { because: activity.because, commit: activity.commit },
    description: escapeHtml(activity.text),
    text: activity.text,
    expires_at: null,
    commands: [],
    _links: {
      self: link(self),
      log: link(`${self}/log`),
      // What has begun is never interrupted.
      ...(activity.state === 'pending' && !deletion ? { '#cancel': link(`${self}/cancel`) } : {}),
    },
  };
}

export function hasEnded({ state }: Pick<FinishedActivity, 'state'>): boolean {
  return state === 'complete' || state === 'cancelled';
}

/** In seconds. */
function timingsOf({ created_at, started_at, completed_at }: FinishedActivity): Record<string, number> {
  if (!started_at) return {};
  const wait = { wait: seconds(created_at, started_at) };
  return completed_at ? { ...wait, execute: seconds(started_at, completed_at) } : wait;
}

function seconds(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
