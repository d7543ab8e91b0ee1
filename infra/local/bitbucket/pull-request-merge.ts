import * as z from 'zod';
import { actorOf } from './accounts.ts';
import type { Bitbucket } from './bitbucket.ts';
import { ApiError, parseFields } from './errors.ts';
import { fetchCommit, type MergeStrategy, mergeCommits } from './merge.ts';
import { announcePullRequest, pullRequestResource } from './pull-request-resource.ts';
import { findPullRequest, requireOpen } from './pull-requests.ts';
import { announceRefChanges } from './ref-changes.ts';
import { BRANCH_PREFIX, moveBranch, type RefChange, readBranch, readHead } from './refs.ts';
import type { Answer, Call, Route } from './router.ts';
import type { Account, PullRequest, Repository } from './state.ts';

const STRATEGIES = ['merge_commit', 'squash', 'fast_forward'] as const;

const MergeBody = z.looseObject({
  message: z.string().optional(),
  close_source_branch: z.boolean().optional(),
  merge_strategy: z
    .enum(STRATEGIES, { error: `The playground merges with ${STRATEGIES.join(', ')} only.` })
    .optional(),
});

interface Place {
  readonly bitbucket: Bitbucket;
  readonly repository: Repository;
  readonly pullRequest: PullRequest;
  readonly actor: Account;
}

/** The ref changed under our hands: the spec's 409. */
function refChanged(): ApiError {
  return new ApiError(
    409,
    'Unable to merge because one of the refs involved changed while attempting to merge',
  );
}

/** Merges and moves the destination branch. Throws a 400 for conflicts, as the real one does. */
async function mergeIntoDestination(
  place: Place,
  strategy: MergeStrategy,
  message: string,
): Promise<RefChange> {
  const { bitbucket, repository, pullRequest, actor } = place;
  const { git, store } = bitbucket;
  const directory = store.gitDirectory(repository);
  const { source, destination } = pullRequest;
  const old = await readBranch(git, directory, destination.branch);
  if (old === undefined)
    throw new ApiError(400, `Destination branch ${destination.branch} no longer exists.`);

  const from = store.findByUuid(source.repository);
  if (from !== undefined && from !== repository) {
    await fetchCommit(git, directory, store.gitDirectory(from), source.branch);
  }
  const result = await mergeCommits({
    git,
    directory,
    destination: old,
    source: source.commit,
    strategy,
    message,
    author: actor.name,
  });
  if (result.kind === 'conflict') {
    const detail =
      result.files.length === 0
        ? 'The destination branch has commits that the source branch lacks: it cannot be fast-forwarded.'
        : `Resolve the conflicts in ${result.files.join(', ')} and push the source branch again.`;
    throw new ApiError(400, 'Conflicts during merge.', { detail });
  }
  requireOpen(pullRequest);
  const change = { ref: `${BRANCH_PREFIX}${destination.branch}`, old, new: result.commit };
  if (!(await moveBranch(git, directory, change))) throw refChanged();
  return change;
}

/** Deletes the source branch, unless it is a fork's, the main branch, or has moved on since. */
async function closeSourceBranch(place: Place): Promise<void> {
  const { bitbucket, repository, pullRequest, actor } = place;
  const { source } = pullRequest;
  const directory = bitbucket.store.gitDirectory(repository);
  if (source.repository !== repository.uuid) return;
  if (source.branch === (await readHead(bitbucket.git, directory))) return;
  const change = { ref: `${BRANCH_PREFIX}${source.branch}`, old: source.commit, new: null };
  if (await moveBranch(bitbucket.git, directory, change)) {
    announceRefChanges(bitbucket, repository, [change], actor);
  }
}

async function mergePullRequest(call: Call): Promise<Answer> {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const fields = parseFields(MergeBody, call.body);
  requireOpen(pullRequest);
  const place = { bitbucket, repository, pullRequest, actor: actorOf(principal, repository) };
  const heading = `Merged in ${pullRequest.source.branch} (pull request #${pullRequest.id})`;
  const message = fields.message ?? `${heading}\n\n${pullRequest.title}`;
  const change = await mergeIntoDestination(place, fields.merge_strategy ?? 'merge_commit', message);

  pullRequest.state = 'MERGED';
  pullRequest.mergeCommit = change.new;
  pullRequest.destination.commit = change.old ?? pullRequest.destination.commit;
  pullRequest.closedBy = place.actor;
  pullRequest.updatedOn = bitbucket.now().toISOString();
  bitbucket.store.save(repository);
  announcePullRequest(bitbucket, repository, pullRequest, 'fulfilled', place.actor);
  announceRefChanges(bitbucket, repository, [change], place.actor);
  if (fields.close_source_branch ?? pullRequest.closeSourceBranch) await closeSourceBranch(place);
  return { status: 200, body: pullRequestResource(bitbucket, repository, pullRequest) };
}

export const mergeRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge',
    scopes: ['pullrequest:write'],
    handle: mergePullRequest,
  },
];
