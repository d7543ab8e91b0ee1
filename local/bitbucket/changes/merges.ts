import type { Bitbucket } from '../bitbucket.ts';
import { fetchCommit, type MergeStrategy, mergeCommits } from '../git/merge.ts';
import { branchRef, moveRef, type RefChange, readHead } from '../git/refs.ts';
import type { Account, PullRequest, Repository } from '../store/records.ts';
import { publishPullRequest } from '../webhooks/publish.ts';
import { ChangeRejectedError } from './errors.ts';
import { closePullRequest, requireBranch, requireOpen } from './pull-requests.ts';
import { processRefChanges } from './pushes.ts';

interface MergeTarget {
  readonly bitbucket: Bitbucket;
  readonly repository: Repository;
  readonly pullRequest: PullRequest;
  readonly actor: Account;
}

/** How to merge a pull request. */
export interface MergeOptions {
  readonly strategy: MergeStrategy;
  readonly message: string;
  readonly closeSourceBranch: boolean;
}

/** Merges and moves the destination branch. Throws a ChangeRejectedError for conflicts or a concurrent push. */
async function mergeIntoDestination(
  target: MergeTarget,
  { strategy, message }: MergeOptions,
): Promise<RefChange> {
  const { bitbucket, repository, pullRequest, actor } = target;
  const { git, store } = bitbucket;
  const directory = store.gitDirectory(repository);
  const { source, destination } = pullRequest;
  const { commit: old } = await requireBranch(bitbucket, repository, 'destination', destination.branch);

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
    throw new ChangeRejectedError('conflicts', 'destination', detail);
  }
  // The merge is asynchronous: the pull request may have been closed in the meantime.
  requireOpen(pullRequest);
  const change = { ref: branchRef(destination.branch), old, new: result.commit };
  if (await moveRef(git, directory, change)) return change;
  const moved = 'Unable to merge because one of the refs involved changed while attempting to merge';
  throw new ChangeRejectedError('branch moved', 'destination', moved);
}

/** Deletes the source branch, unless it belongs to a fork, is the main branch, or has moved. */
async function closeSourceBranch(target: MergeTarget): Promise<void> {
  const { bitbucket, repository, pullRequest, actor } = target;
  const { source } = pullRequest;
  const directory = bitbucket.store.gitDirectory(repository);
  if (source.repository !== repository.uuid) return;
  if (source.branch === (await readHead(bitbucket.git, directory))) return;
  const change = { ref: branchRef(source.branch), old: source.commit, new: null };
  if (await moveRef(bitbucket.git, directory, change)) {
    processRefChanges(bitbucket, repository, [change], actor);
  }
}

/** The message of a merge commit on Cloud. */
export function defaultMergeMessage({ id, title, source }: PullRequest): string {
  return `Merged in ${source.branch} (pull request #${id})\n\n${title}`;
}

/** Merges a pull request with git, then publishes the pull request and each branch that moved. */
export async function mergePullRequest(target: MergeTarget, options: MergeOptions): Promise<void> {
  const { bitbucket, repository, pullRequest, actor } = target;
  requireOpen(pullRequest);
  const change = await mergeIntoDestination(target, options);
  closePullRequest(bitbucket, pullRequest, 'MERGED', actor);
  pullRequest.mergeCommit = change.new;
  pullRequest.destination.commit = change.old ?? pullRequest.destination.commit;
  bitbucket.store.save(repository);
  publishPullRequest(bitbucket, repository, pullRequest, { kind: 'merged' }, actor);
  processRefChanges(bitbucket, repository, [change], actor);
  if (options.closeSourceBranch) await closeSourceBranch(target);
}
