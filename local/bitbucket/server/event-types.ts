import type { ServerVersion } from '../bitbucket.ts';

/** The events of release 9.4. Server refuses other events, even documented ones. */
const EVENTS = [
  'repo:refs_changed',
  'repo:modified',
  'repo:forked',
  'repo:comment:added',
  'repo:comment:edited',
  'repo:comment:deleted',
  'repo:secret_detected',
  'mirror:repo_synchronized',
  'project:modified',
  'pr:opened',
  'pr:from_ref_updated',
  'pr:modified',
  'pr:merged',
  'pr:declined',
  'pr:deleted',
  'pr:reviewer:updated',
  'pr:reviewer:approved',
  'pr:reviewer:unapproved',
  'pr:reviewer:needs_work',
  'pr:comment:added',
  'pr:comment:edited',
  'pr:comment:deleted',
];

/** The events that release 6.10 lacks. */
const NEWER = new Set([
  'repo:secret_detected',
  'mirror:repo_synchronized',
  'project:modified',
  'pr:from_ref_updated',
]);

/** The events that a webhook can subscribe to. */
export function supportedEvents(version: ServerVersion): string[] {
  return version === 'old' ? EVENTS.filter((event) => !NEWER.has(event)) : EVENTS;
}
