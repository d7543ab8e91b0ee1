import type { Bitbucket, PullRequestChange, WebhookPublisher } from '../bitbucket.ts';
import type { Resource } from '../resources.ts';
import { type Account, fullName } from '../store/records.ts';
import { refResource } from './branch-resource.ts';
import { createCircuitBreaker, sendEvent, subscribers } from './deliveries.ts';
import { pullRequestResource } from './pull-request-resource.ts';
import { pushPayload } from './push-payload.ts';
import { repositoryResource, userResource } from './repository-resource.ts';

const PULL_REQUEST_EVENTS: Record<PullRequestChange['kind'], string> = {
  opened: 'pr:opened',
  commits: 'pr:from_ref_updated',
  modified: 'pr:modified',
  merged: 'pr:merged',
  declined: 'pr:declined',
  deleted: 'pr:deleted',
};

/** Server's format of event dates, without milliseconds and without a colon: `2018-07-05T19:21:30+0000`. */
function eventDate(now: Date): string {
  return `${now.toISOString().slice(0, 19)}+0000`;
}

function commonFields(bitbucket: Bitbucket, eventKey: string, actor: Account) {
  return { eventKey, date: eventDate(bitbucket.now()), actor: userResource(bitbucket, actor) };
}

/** The previous values that an event contains beside the current pull request. */
function previousFields(change: PullRequestChange): Resource {
  if (change.kind === 'commits') return { previousFromHash: change.previousCommit };
  if (change.kind !== 'modified') return {};
  const { title, description, destination } = change.previous;
  return {
    previousTitle: title,
    previousDescription: description === '' ? null : description,
    previousTarget: refResource({ name: destination.branch, commit: destination.commit }),
  };
}

/**
 * Creates the publisher that sends events to Server's webhooks; a pull request's events go to its destination
 * repository's.
 */
export function createServerPublisher(): WebhookPublisher {
  const breaker = createCircuitBreaker();
  return {
    async publishPush(bitbucket, repository, changes, actor) {
      const event = 'repo:refs_changed';
      if (subscribers(bitbucket, repository, event).length === 0) return;
      const push = await pushPayload(bitbucket, repository, changes);
      if (push === undefined) return;
      sendEvent(bitbucket, breaker, repository, event, {
        ...commonFields(bitbucket, event, actor),
        repository: repositoryResource(bitbucket, repository),
        ...push,
      });
    },
    publishPullRequest(bitbucket, repository, pullRequest, change, actor) {
      const event = PULL_REQUEST_EVENTS[change.kind];
      sendEvent(bitbucket, breaker, repository, event, {
        ...commonFields(bitbucket, event, actor),
        pullRequest: pullRequestResource(bitbucket, repository, pullRequest),
        ...previousFields(change),
      });
    },
    publishRepository(bitbucket, before, after, actor) {
      // Server has no event for a new default branch.
      const isSame =
        fullName(before) === fullName(after) &&
        before.name === after.name &&
        before.description === after.description;
      if (isSame) return;
      const event = 'repo:modified';
      sendEvent(bitbucket, breaker, after, event, {
        ...commonFields(bitbucket, event, actor),
        old: repositoryResource(bitbucket, before),
        new: repositoryResource(bitbucket, after),
      });
    },
  };
}
