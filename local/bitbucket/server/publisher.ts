import type { Bitbucket, PullRequestChange, Voice } from '../bitbucket.ts';
import { type Account, fullName } from '../store/records.ts';
import { refResource } from './branch-resource.ts';
import { announce, createCircuitBreaker, listeners } from './deliveries.ts';
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

/** `2018-07-05T19:21:30+0000`: without milliseconds and without a colon. */
function eventDate(now: Date): string {
  return `${now.toISOString().slice(0, 19)}+0000`;
}

function envelope(bitbucket: Bitbucket, eventKey: string, actor: Account) {
  return { eventKey, date: eventDate(bitbucket.now()), actor: userResource(bitbucket, actor) };
}

/** What an event tells beside the pull request as it is now. */
function beside(change: PullRequestChange): Record<string, unknown> {
  if (change.kind === 'commits') return { previousFromHash: change.previousCommit };
  if (change.kind !== 'modified') return {};
  const { title, description, destination } = change.previously;
  return {
    previousTitle: title,
    previousDescription: description === '' ? null : description,
    previousTarget: refResource({ name: destination.branch, commit: destination.commit }),
  };
}

/** Tells Server's webhooks. A pull request is told to those of its destination. */
export function createServerVoice(): Voice {
  const breaker = createCircuitBreaker();
  return {
    async tellPush(bitbucket, repository, changes, actor) {
      const event = 'repo:refs_changed';
      if (listeners(bitbucket, repository, event).length === 0) return;
      const push = await pushPayload(bitbucket, repository, changes);
      if (push === undefined) return;
      announce(bitbucket, breaker, repository, event, {
        ...envelope(bitbucket, event, actor),
        repository: repositoryResource(bitbucket, repository),
        ...push,
      });
    },
    tellPullRequest(bitbucket, repository, pullRequest, change, actor) {
      const event = PULL_REQUEST_EVENTS[change.kind];
      announce(bitbucket, breaker, repository, event, {
        ...envelope(bitbucket, event, actor),
        pullRequest: pullRequestResource(bitbucket, repository, pullRequest),
        ...beside(change),
      });
    },
    /** Of another main branch Server tells nothing. */
    tellRepository(bitbucket, before, after, actor) {
      const isSame =
        fullName(before) === fullName(after) &&
        before.name === after.name &&
        before.description === after.description;
      if (isSame) return;
      const event = 'repo:modified';
      announce(bitbucket, breaker, after, event, {
        ...envelope(bitbucket, event, actor),
        old: repositoryResource(bitbucket, before),
        new: repositoryResource(bitbucket, after),
      });
    },
  };
}
