import { link } from '../bitbucket.ts';
import type { Answer } from '../http/router.ts';
import { pageOf } from './collections.ts';
import { ApiError } from './errors.ts';
import type { Call, Route } from './route.ts';

/** Every event that a webhook can ask for, from the API's own description. */
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
export type HookEvent = (typeof HOOK_EVENTS)[number];

const CATEGORIES: Record<string, string> = {
  issue: 'Issue',
  pipeline: 'Pipeline',
  project: 'Project',
  pullrequest: 'Pull Request',
  repo: 'Repository',
};

function listEvents(call: Call): Answer {
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
  const { items, envelope } = pageOf(call.url, events);
  return { status: 200, body: { ...envelope, values: items } };
}

export const hookEventRoutes: readonly Route[] = [
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
