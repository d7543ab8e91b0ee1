import type { Bitbucket, PullRequestChange, WebhookPublisher } from '../bitbucket.ts';
import { type Account, fullName, type Repository } from '../store/records.ts';
import { accountResource } from './accounts.ts';
import { sendEvent, subscribers } from './deliveries.ts';
import { pullRequestResource } from './pull-request-resource.ts';
import { pushPayload } from './push-payload.ts';
import { repositoryInPayload, repositoryLinks } from './repository-resource.ts';

/** Cloud cannot delete pull requests, so it has no event for that. */
const PULL_REQUEST_EVENTS: Record<PullRequestChange['kind'], string | undefined> = {
  opened: 'pullrequest:created',
  commits: 'pullrequest:updated',
  modified: 'pullrequest:updated',
  merged: 'pullrequest:fulfilled',
  declined: 'pullrequest:rejected',
  deleted: undefined,
};

type Changes = Record<string, { old: unknown; new: unknown }>;

/** The fields that differ. Bitbucket does not report a new main branch: `changes` is empty then. */
function repositoryChanges(bitbucket: Bitbucket, before: Repository, after: Repository): Changes {
  const pairs: Changes = {
    name: { old: before.name, new: after.name },
    full_name: { old: fullName(before), new: fullName(after) },
    description: { old: before.description, new: after.description },
    links: { old: repositoryLinks(bitbucket, before), new: repositoryLinks(bitbucket, after) },
  };
  return Object.fromEntries(
    Object.entries(pairs).filter(([, pair]) => JSON.stringify(pair.old) !== JSON.stringify(pair.new)),
  );
}

function commonFields(bitbucket: Bitbucket, repository: Repository, actor: Account) {
  return {
    repository: repositoryInPayload(bitbucket, repository),
    actor: accountResource(bitbucket, actor),
  };
}

/** Sends events to Cloud's webhooks; a pull request's events go to its destination repository's. */
export const cloudPublisher: WebhookPublisher = {
  async publishPush(bitbucket, repository, changes, actor) {
    if (subscribers(repository, 'repo:push').length === 0) return;
    const push = await pushPayload(bitbucket, repository, changes);
    if (push === undefined) return;
    sendEvent(bitbucket, repository, 'repo:push', { push, ...commonFields(bitbucket, repository, actor) });
  },
  publishPullRequest(bitbucket, repository, pullRequest, { kind }, actor) {
    const event = PULL_REQUEST_EVENTS[kind];
    if (event === undefined) return;
    sendEvent(bitbucket, repository, event, {
      pullrequest: pullRequestResource(bitbucket, repository, pullRequest),
      ...commonFields(bitbucket, repository, actor),
    });
  },
  publishRepository(bitbucket, before, after, actor) {
    sendEvent(bitbucket, after, 'repo:updated', {
      changes: repositoryChanges(bitbucket, before, after),
      ...commonFields(bitbucket, after, actor),
    });
  },
};
