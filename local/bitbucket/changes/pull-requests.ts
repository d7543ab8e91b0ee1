import type { Bitbucket } from '../bitbucket.ts';
import { newCommits } from '../git/commits.ts';
import { readBranch, readMainBranch } from '../git/refs.ts';
import { Refusal } from '../http/errors.ts';
import type { Account, PullRequest, Repository } from '../store/records.ts';
import { announcePullRequest } from '../webhooks/publish.ts';

/** Merged ones stay as they are for ever; declined ones too, until somebody reopens them on Server. */
export function requireOpen(pullRequest: PullRequest): void {
  if (pullRequest.state === 'OPEN') return;
  throw new Refusal('not open', 'state', `This pull request is ${pullRequest.state.toLowerCase()} already.`);
}

/** A branch as the end of a pull request; throws a Refusal where there is none. */
export async function requireBranch(
  bitbucket: Bitbucket,
  repository: Repository,
  end: 'source' | 'destination',
  name: string,
): Promise<{ branch: string; commit: string }> {
  const commit = await readBranch(bitbucket.git, bitbucket.store.gitDirectory(repository), name);
  if (commit === undefined) throw new Refusal('unknown branch', end, `branch not found: ${name}`);
  return { branch: name, commit };
}

type Ends = Pick<PullRequest, 'source' | 'destination'>;

async function requireChanges(bitbucket: Bitbucket, repository: Repository, { source, destination }: Ends) {
  // A fork's commits are in the fork's own directory.
  if (source.repository !== repository.uuid) return;
  const directory = bitbucket.store.gitDirectory(repository);
  const known = [destination.commit];
  const isEmpty =
    source.commit === destination.commit ||
    (await newCommits(bitbucket.git, directory, source.commit, known, 1)).length === 0;
  if (isEmpty) {
    throw new Refusal('no changes', 'destination', `${destination.branch} has all of ${source.branch}.`);
  }
}

interface WantedEnds {
  readonly from: Repository;
  readonly source: string;
  /** The main branch where nothing is said. */
  readonly destination: string | undefined;
}

/** Both branches of a new pull request, as they are now; throws a Refusal for one that cannot be. */
export async function findEnds(
  bitbucket: Bitbucket,
  repository: Repository,
  wanted: WantedEnds,
): Promise<Ends> {
  const from = await requireBranch(bitbucket, wanted.from, 'source', wanted.source);
  const directory = bitbucket.store.gitDirectory(repository);
  const into = wanted.destination ?? (await readMainBranch(bitbucket.git, directory));
  if (into === undefined) {
    throw new Refusal('unknown branch', 'destination', 'The repository has no branches yet.');
  }
  const destination = await requireBranch(bitbucket, repository, 'destination', into);
  const ends = { source: { repository: wanted.from.uuid, ...from }, destination };
  await requireChanges(bitbucket, repository, ends);
  return ends;
}

/** The one that is open already from the same branch into the same. */
export function findOpenBetween(repository: Repository, ends: Ends): PullRequest | undefined {
  return repository.pullRequests.find(
    (each) =>
      each.state === 'OPEN' &&
      each.source.repository === ends.source.repository &&
      each.source.branch === ends.source.branch &&
      each.destination.branch === ends.destination.branch,
  );
}

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

export function openPullRequest(
  bitbucket: Bitbucket,
  repository: Repository,
  ends: Ends,
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
    ...ends,
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
  announcePullRequest(bitbucket, repository, pullRequest, { kind: 'opened' }, actor);
  return pullRequest;
}

/** Changes what is said of it, and where it goes. Throws a Refusal when that cannot be. */
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
  const previously = { title, description, destination };
  announcePullRequest(bitbucket, repository, pullRequest, { kind: 'modified', previously }, actor);
}

/** Sets its end, without saving or telling. */
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
  announcePullRequest(bitbucket, repository, pullRequest, { kind: 'declined' }, actor);
}

/** Opens a declined one again, with its branch as it is now. Neither Bitbucket has an event for that. */
export async function reopenPullRequest(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<void> {
  if (pullRequest.state !== 'DECLINED') {
    throw new Refusal('not declined', 'state', 'Only a declined pull request can be reopened.');
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

export function deletePullRequest(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
  actor: Account,
): void {
  repository.pullRequests = repository.pullRequests.filter((each) => each !== pullRequest);
  bitbucket.store.save(repository);
  announcePullRequest(bitbucket, repository, pullRequest, { kind: 'deleted' }, actor);
}
