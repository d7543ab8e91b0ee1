import type { Bitbucket, PullRequestChange, Voice } from '../bitbucket.ts';
import { type Account, fullName, type Repository } from '../store/records.ts';
import { accountResource } from './accounts.ts';
import { announce, listeners } from './deliveries.ts';
import { pullRequestResource } from './pull-request-resource.ts';
import { pushPayload } from './push-payload.ts';
import { repositoryInPayload, repositoryLinks } from './repository-resource.ts';

/** Cloud has no word for a deleted pull request: there it cannot be done. */
const PULL_REQUEST_EVENTS: Record<PullRequestChange['kind'], string | undefined> = {
  opened: 'pullrequest:created',
  commits: 'pullrequest:updated',
  modified: 'pullrequest:updated',
  merged: 'pullrequest:fulfilled',
  declined: 'pullrequest:rejected',
  deleted: undefined,
};

type Changes = Record<string, { old: unknown; new: unknown }>;

/** Only what differs. Of a new main branch Bitbucket says nothing: `changes` is empty then. */
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

const about = (bitbucket: Bitbucket, repository: Repository, actor: Account) => ({
  repository: repositoryInPayload(bitbucket, repository),
  actor: accountResource(bitbucket, actor),
});

/** Tells Cloud's webhooks. A pull request is told to those of its destination. */
export const cloudVoice: Voice = {
  async tellPush(bitbucket, repository, changes, actor) {
    if (listeners(repository, 'repo:push').length === 0) return;
    const push = await pushPayload(bitbucket, repository, changes);
    if (push === undefined) return;
    announce(bitbucket, repository, 'repo:push', { push, ...about(bitbucket, repository, actor) });
  },
  tellPullRequest(bitbucket, repository, pullRequest, { kind }, actor) {
    const event = PULL_REQUEST_EVENTS[kind];
    if (event === undefined) return;
    announce(bitbucket, repository, event, {
      pullrequest: pullRequestResource(bitbucket, repository, pullRequest),
      ...about(bitbucket, repository, actor),
    });
  },
  tellRepository(bitbucket, before, after, actor) {
    announce(bitbucket, after, 'repo:updated', {
      changes: repositoryChanges(bitbucket, before, after),
      ...about(bitbucket, after, actor),
    });
  },
};
