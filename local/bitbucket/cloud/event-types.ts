import type { ApiResponse } from '../http/router.ts';
import { link } from '../resources.ts';
import { paginate } from './collections.ts';
import { ApiError } from './errors.ts';
import type { Call, Route } from './route.ts';

/** The events that a webhook can subscribe to, from the API's official description. */
export const HOOK_EVENTS = [
  'issue:comment_created',
  'issue:created',
  'issue:updated',
  'pipeline:span_created',
  'project:updated',
  'pullrequest:approved',
  'pullrequest:changes_request_created',
  'pullrequest:changes_request_removed',
  'pullrequest:comment_created',
  'pullrequest:comment_deleted',
  'pullrequest:comment_reopened',
  'pullrequest:comment_resolved',
  'pullrequest:comment_updated',
  'pullrequest:created',
  'pullrequest:fulfilled',
  'pullrequest:push',
  'pullrequest:rejected',
  'pullrequest:unapproved',
  'pullrequest:updated',
  'repo:commit_comment_created',
  'repo:commit_status_created',
  'repo:commit_status_updated',
  'repo:created',
  'repo:deleted',
  'repo:fork',
  'repo:imported',
  'repo:push',
  'repo:transfer',
  'repo:updated',
] as const;
/** One of `HOOK_EVENTS`. */
export type HookEvent = (typeof HOOK_EVENTS)[number];

const CATEGORIES: Record<string, string> = {
  issue: 'Issue',
  pipeline: 'Pipeline',
  project: 'Project',
  pullrequest: 'Pull Request',
  repo: 'Repository',
};

function listEvents(call: Call): ApiResponse {
  const subject = call.params['subject_type'] ?? '';
  if (!['repository', 'workspace'].includes(subject)) {
    throw new ApiError(404, `${subject} is not a subject type of webhooks.`);
  }
  const events = HOOK_EVENTS.map((event) => {
    const [category = '', action = ''] = event.split(':');
    const words = action.replaceAll('_', ' ');
    const label = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
    return { event, category: CATEGORIES[category] ?? category, label, description: `${label}: ${event}` };
  });
  const { items, envelope } = paginate(call.url, events);
  return { status: 200, body: { ...envelope, values: items } };
}

/** The public operations that list the event types. */
export const eventTypeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/hook_events',
    scopes: [],
    handle: ({ bitbucket }) => {
      const subject = (name: string) => ({
        links: { events: link(`${bitbucket.apiUrl}/hook_events/${name}`) },
      });
      return { status: 200, body: { repository: subject('repository'), workspace: subject('workspace') } };
    },
  },
  { method: 'GET', path: '/hook_events/{subject_type}', scopes: [], handle: listEvents },
];
