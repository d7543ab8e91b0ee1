import type { Bitbucket } from '../bitbucket.ts';
import { fetchCommit, type MergeStrategy, mergeCommits } from '../git/merge.ts';
import { BRANCH_PREFIX, moveBranch, type RefChange, readHead } from '../git/refs.ts';
import { Refusal } from '../http/errors.ts';
import type { Account, PullRequest, Repository } from '../store/records.ts';
import { announcePullRequest } from '../webhooks/publish.ts';
import { closePullRequest, requireBranch, requireOpen } from './pull-requests.ts';
import { announceRefChanges } from './pushes.ts';

interface Place {
  readonly bitbucket: Bitbucket;
  readonly repository: Repository;
  readonly pullRequest: PullRequest;
  readonly actor: Account;
}

export interface MergeWish {
  readonly strategy: MergeStrategy;
  readonly message: string;
  readonly closeSourceBranch: boolean;
}

/** Merges and moves the destination branch. Throws a Refusal for conflicts, and when it moved meanwhile. */
async function mergeIntoDestination(place: Place, { strategy, message }: MergeWish): Promise<RefChange> {
  const { bitbucket, repository, pullRequest, actor } = place;
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
    throw new Refusal('conflicts', 'destination', detail);
  }
  requireOpen(pullRequest);
  const change = { ref: `${BRANCH_PREFIX}${destination.branch}`, old, new: result.commit };
  if (await moveBranch(git, directory, change)) return change;
  const moved = 'Unable to merge because one of the refs involved changed while attempting to merge';
  throw new Refusal('branch moved', 'destination', moved);
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

/** Merges for real, then tells of the pull request and of each branch that moved. */
export async function mergePullRequest(place: Place, wish: MergeWish): Promise<void> {
  const { bitbucket, repository, pullRequest, actor } = place;
  requireOpen(pullRequest);
  const change = await mergeIntoDestination(place, wish);
  closePullRequest(bitbucket, pullRequest, 'MERGED', actor);
  pullRequest.mergeCommit = change.new;
  pullRequest.destination.commit = change.old ?? pullRequest.destination.commit;
  bitbucket.store.save(repository);
  announcePullRequest(bitbucket, repository, pullRequest, { kind: 'merged' }, actor);
  announceRefChanges(bitbucket, repository, [change], actor);
  if (wish.closeSourceBranch) await closeSourceBranch(place);
}
