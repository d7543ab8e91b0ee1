import type { ServerVersion } from '../bitbucket.ts';

/** What a webhook of today can ask for. Others that the documentation names are refused: they are unknown. */
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

const NEWER = new Set([
  'repo:secret_detected',
  'mirror:repo_synchronized',
  'project:modified',
  'pr:from_ref_updated',
]);

export function knownEvents(version: ServerVersion): string[] {
  return version === 'old' ? EVENTS.filter((event) => !NEWER.has(event)) : EVENTS;
}
