import type { Bitbucket } from '../bitbucket.ts';
import { newCommits } from '../git/commits.ts';
import { readBranch, readMainBranch } from '../git/refs.ts';
import type { Account, PullRequest, Repository } from '../store/records.ts';
import { publishPullRequest } from '../webhooks/publish.ts';
import { ChangeRejectedError } from './errors.ts';

/** A pull request and its destination repository. */
export interface RepositoryPullRequest {
  readonly repository: Repository;
  readonly pullRequest: PullRequest;
}

/** The pull requests of all repositories, in any state. */
export function listPullRequests({ store }: Bitbucket): RepositoryPullRequest[] {
  return store
    .list()
    .flatMap((repository) => repository.pullRequests.map((pullRequest) => ({ repository, pullRequest })));
}

/** Throws a ChangeRejectedError for a closed pull request. Only Server can reopen one, if it was declined. */
export function requireOpen(pullRequest: PullRequest): void {
  if (pullRequest.state === 'OPEN') return;
  const state = pullRequest.state.toLowerCase();
  throw new ChangeRejectedError('not open', 'state', `This pull request is ${state} already.`);
}

/** The source or destination branch of a pull request; throws a ChangeRejectedError if it does not exist. */
export async function requireBranch(
  bitbucket: Bitbucket,
  repository: Repository,
  field: 'source' | 'destination',
  name: string,
): Promise<{ branch: string; commit: string }> {
  const commit = await readBranch(bitbucket.git, bitbucket.store.gitDirectory(repository), name);
  if (commit === undefined) {
    throw new ChangeRejectedError('unknown branch', field, `branch not found: ${name}`);
  }
  return { branch: name, commit };
}

type PullRequestBranches = Pick<PullRequest, 'source' | 'destination'>;

async function requireChanges(
  bitbucket: Bitbucket,
  repository: Repository,
  { source, destination }: PullRequestBranches,
): Promise<void> {
  // A fork's commits are in the fork's own directory.
  if (source.repository !== repository.uuid) return;
  const directory = bitbucket.store.gitDirectory(repository);
  const known = [destination.commit];
  const isEmpty =
    source.commit === destination.commit ||
    (await newCommits(bitbucket.git, directory, source.commit, known, 1)).length === 0;
  if (isEmpty) {
    const message = `${destination.branch} contains all commits of ${source.branch}.`;
    throw new ChangeRejectedError('no changes', 'destination', message);
  }
}

interface RequestedBranches {
  readonly from: Repository;
  readonly source: string;
  /** Undefined: the main branch. */
  readonly destination: string | undefined;
}

/**
 * The branches of a new pull request at their current commits. Throws a ChangeRejectedError for a missing branch
 * and for a source without changes.
 */
export async function resolveBranches(
  bitbucket: Bitbucket,
  repository: Repository,
  requested: RequestedBranches,
): Promise<PullRequestBranches> {
  const from = await requireBranch(bitbucket, requested.from, 'source', requested.source);
  const directory = bitbucket.store.gitDirectory(repository);
  const into = requested.destination ?? (await readMainBranch(bitbucket.git, directory));
  if (into === undefined) {
    throw new ChangeRejectedError('unknown branch', 'destination', 'The repository has no branches yet.');
  }
  const destination = await requireBranch(bitbucket, repository, 'destination', into);
  const branches = { source: { repository: requested.from.uuid, ...from }, destination };
  await requireChanges(bitbucket, repository, branches);
  return branches;
}

/** The open pull request that has the same source and destination. */
export function findOpenDuplicate(
  repository: Repository,
  { source, destination }: PullRequestBranches,
): PullRequest | undefined {
  return repository.pullRequests.find(
    (each) =>
      each.state === 'OPEN' &&
      each.source.repository === source.repository &&
      each.source.branch === source.branch &&
      each.destination.branch === destination.branch,
  );
}

/** The fields of a pull request that people set; an absent field stays unchanged. */
export interface PullRequestFields {
  readonly title?: string | undefined;
  readonly description?: string | null | undefined;
  readonly closeSourceBranch?: boolean | undefined;
  readonly draft?: boolean | undefined;
}

function assignFields(bitbucket: Bitbucket, pullRequest: PullRequest, fields: PullRequestFields): void {
  pullRequest.title = fields.title ?? pullRequest.title;
  pullRequest.description = fields.description ?? pullRequest.description;
  pullRequest.closeSourceBranch = fields.closeSourceBranch ?? pullRequest.closeSourceBranch;
  pullRequest.draft = fields.draft ?? pullRequest.draft;
  pullRequest.updatedOn = bitbucket.now().toISOString();
}

/** Opens a pull request under the repository's next number and publishes it. */
export function openPullRequest(
  bitbucket: Bitbucket,
  repository: Repository,
  branches: PullRequestBranches,
  fields: PullRequestFields,
  actor: Account,
): PullRequest {
  const now = bitbucket.now().toISOString();
  repository.lastPullRequest =
    1 + Math.max(repository.lastPullRequest, ...repository.pullRequests.map(({ id }) => id));
  const pullRequest: PullRequest = {
    id: repository.lastPullRequest,
    version: 0,
    title: '',
    description: '',
    state: 'OPEN',
    draft: false,
    closeSourceBranch: false,
    ...branches,
    mergeCommit: null,
    author: actor,
    closedBy: null,
    reason: '',
    comments: [],
    createdOn: now,
    updatedOn: now,
  };
  assignFields(bitbucket, pullRequest, fields);
  repository.pullRequests.push(pullRequest);
  bitbucket.store.save(repository);
  publishPullRequest(bitbucket, repository, pullRequest, { kind: 'opened' }, actor);
  return pullRequest;
}

/**
 * Updates fields and the destination branch of an open pull request and publishes it. Throws a ChangeRejectedError
 * for a closed pull request and for a destination that is missing or already contains the source.
 */
export async function changePullRequest(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
  fields: PullRequestFields & { readonly destination?: string | undefined },
  actor: Account,
): Promise<void> {
  requireOpen(pullRequest);
  const { title, description, destination } = pullRequest;
  if (fields.destination !== undefined && fields.destination !== destination.branch) {
    const into = await requireBranch(bitbucket, repository, 'destination', fields.destination);
    await requireChanges(bitbucket, repository, { source: pullRequest.source, destination: into });
    pullRequest.destination = into;
  }
  assignFields(bitbucket, pullRequest, fields);
  pullRequest.version += 1;
  bitbucket.store.save(repository);
  const previous = { title, description, destination };
  publishPullRequest(bitbucket, repository, pullRequest, { kind: 'modified', previous }, actor);
}

/** Sets the final state. The caller saves and publishes. */
export function closePullRequest(
  bitbucket: Bitbucket,
  pullRequest: PullRequest,
  state: 'MERGED' | 'DECLINED',
  actor: Account,
): void {
  pullRequest.state = state;
  pullRequest.closedBy = actor;
  pullRequest.version += 1;
  pullRequest.updatedOn = bitbucket.now().toISOString();
}

/** Declines an open pull request and publishes it; throws a ChangeRejectedError for a closed one. */
export function declinePullRequest(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
  reason: string,
  actor: Account,
): void {
  requireOpen(pullRequest);
  pullRequest.reason = reason;
  closePullRequest(bitbucket, pullRequest, 'DECLINED', actor);
  bitbucket.store.save(repository);
  publishPullRequest(bitbucket, repository, pullRequest, { kind: 'declined' }, actor);
}

/**
 * Reopens a declined pull request at its source branch's current commit. Neither product has an event for that, so
 * nothing is published. Throws a ChangeRejectedError for any other state and for a missing source branch.
 */
export async function reopenPullRequest(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<void> {
  if (pullRequest.state !== 'DECLINED') {
    throw new ChangeRejectedError('not declined', 'state', 'Only a declined pull request can be reopened.');
  }
  const from = bitbucket.store.findByUuid(pullRequest.source.repository) ?? repository;
  const { commit } = await requireBranch(bitbucket, from, 'source', pullRequest.source.branch);
  pullRequest.source.commit = commit;
  pullRequest.state = 'OPEN';
  pullRequest.closedBy = null;
  pullRequest.reason = '';
  pullRequest.version += 1;
  pullRequest.updatedOn = bitbucket.now().toISOString();
  bitbucket.store.save(repository);
}

/** Deletes a pull request in any state and publishes it. Its number is not used again. */
export function deletePullRequest(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
  actor: Account,
): void {
  repository.pullRequests = repository.pullRequests.filter((each) => each !== pullRequest);
  bitbucket.store.save(repository);
  publishPullRequest(bitbucket, repository, pullRequest, { kind: 'deleted' }, actor);
}
