import * as z from 'zod';
import type { Bitbucket } from '../bitbucket.ts';
import { mergePullRequest } from '../changes/merges.ts';
import type { RepositoryPullRequest } from '../changes/pull-requests.ts';
import {
  changePullRequest,
  declinePullRequest,
  deletePullRequest,
  findOpenDuplicate,
  listPullRequests,
  openPullRequest,
  reopenPullRequest,
  resolveBranches,
} from '../changes/pull-requests.ts';
import type { ApiResponse } from '../http/router.ts';
import type { PullRequest, Repository } from '../store/records.ts';
import { branchNameOf } from './branch-resource.ts';
import { listResponse } from './collections.ts';
import { actorOf } from './credentials.ts';
import { invalidArgument, parseFields, ServerError } from './errors.ts';
import { pullRequestResource } from './pull-request-resource.ts';
import { findRepository, requireRepository } from './repositories.ts';
import { type Call, REPOSITORY, type Route } from './route.ts';

function findPullRequest(call: Call): RepositoryPullRequest {
  const repository = findRepository(call);
  const id = call.params['id'] ?? '';
  const pullRequest = repository.pullRequests.find((each) => String(each.id) === id);
  if (pullRequest !== undefined) return { repository, pullRequest };
  const where = `${repository.workspace}/${repository.slug}`;
  const message = `Pull request ${id} does not exist in ${where}.`;
  throw new ServerError(404, 'pull.NoSuchPullRequestException', message);
}

function pullRequestResponse(
  { bitbucket }: Call,
  { repository, pullRequest }: RepositoryPullRequest,
  status = 200,
): ApiResponse {
  return { status, body: pullRequestResource(bitbucket, repository, pullRequest) };
}

const Filter = z.object({
  state: z.enum(['OPEN', 'MERGED', 'DECLINED', 'ALL']).default('OPEN'),
  direction: z.enum(['INCOMING', 'OUTGOING']).default('INCOMING'),
  order: z.enum(['NEWEST', 'OLDEST']).default('NEWEST'),
  at: z.string().transform(branchNameOf).optional(),
  filterText: z.string().default(''),
});

function outgoingPullRequests(bitbucket: Bitbucket, { uuid }: Repository): RepositoryPullRequest[] {
  return listPullRequests(bitbucket).filter(({ pullRequest }) => pullRequest.source.repository === uuid);
}

/** By default the open pull requests into this repository, newest first. */
function getPullRequests(call: Call): ApiResponse {
  const { bitbucket, url } = call;
  const repository = findRepository(call);
  const query = Object.fromEntries([...url.searchParams].map(([key, value]) => [key, value]));
  const { state, direction, order, at, filterText } = parseFields(Filter, query);
  const isIncoming = direction === 'INCOMING';
  const candidates = isIncoming
    ? repository.pullRequests.map((pullRequest) => ({ repository, pullRequest }))
    : outgoingPullRequests(bitbucket, repository);
  const found = candidates
    .filter(({ pullRequest }) => state === 'ALL' || pullRequest.state === state)
    .filter(
      ({ pullRequest: { source, destination } }) =>
        at === undefined || (isIncoming ? destination : source).branch === at,
    )
    .filter(({ pullRequest }) => pullRequest.title.toLowerCase().includes(filterText.toLowerCase()));
  if (order === 'NEWEST') found.reverse();
  return listResponse(
    url,
    found.map((each) => pullRequestResource(bitbucket, each.repository, each.pullRequest)),
  );
}

/** The pull requests with this newest commit. Server also returns those that contain it as an earlier commit. */
function getPullRequestsOfCommit(call: Call): ApiResponse {
  const repository = findRepository(call);
  const found = repository.pullRequests.filter(({ source }) => source.commit === call.params['commit']);
  const resources = found.map((each) => pullRequestResource(call.bitbucket, repository, each));
  return listResponse(call.url, resources);
}

const InRepository = z.looseObject({ slug: z.string(), project: z.looseObject({ key: z.string() }) });
const RefField = z.looseObject({ id: z.string().min(1), repository: InRepository.optional() });
const title = z.string().trim().min(1, 'A title is required.');
const Texts = { description: z.string().nullish(), draft: z.boolean().optional() };
const NewPullRequest = z.looseObject({ title, ...Texts, fromRef: RefField, toRef: RefField });

async function postPullRequest(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const repository = findRepository(call);
  const { fromRef, toRef, title, description, draft } = parseFields(NewPullRequest, call.body);
  const { repository: source } = fromRef;
  const from =
    source === undefined
      ? repository
      : requireRepository(bitbucket, principal, source.project.key, source.slug);
  const branches = await resolveBranches(bitbucket, repository, {
    from,
    source: branchNameOf(fromRef.id),
    destination: branchNameOf(toRef.id),
  });
  if (findOpenDuplicate(repository, branches) !== undefined) {
    const message = 'Only one pull request may be open for a given source and target branch';
    throw new ServerError(409, 'pull.DuplicatePullRequestException', message);
  }
  const fields = { title, description, draft };
  const pullRequest = openPullRequest(bitbucket, repository, branches, fields, actorOf(principal));
  return pullRequestResponse(call, { repository, pullRequest }, 201);
}

/** Optimistic locking: throws a 409 ServerError unless the caller names the current version. */
function requireVersion({ version }: PullRequest, expected: number | undefined): void {
  if (expected === version) return;
  const message = 'You are attempting to modify a pull request based on out-of-date information.';
  throw new ServerError(409, 'pull.PullRequestOutOfDateException', message, {
    details: { currentVersion: version, expectedVersion: expected ?? -1 },
  });
}

const Version = z.looseObject({ version: z.coerce.number().int().optional() });

/** The version that the caller names: Server accepts it in the query and in the body. */
function expectedVersion({ url, body }: Call): number | undefined {
  const query = url.searchParams.get('version');
  return parseFields(Version, query === null ? body : { version: query }).version;
}

const ChangedPullRequest = z.looseObject({
  version: z.number().int(),
  title: title.optional(),
  ...Texts,
  toRef: RefField.optional(),
});

async function putPullRequest(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const target = findPullRequest(call);
  const { version, title, description, draft, toRef } = parseFields(ChangedPullRequest, call.body);
  requireVersion(target.pullRequest, version);
  const destination = toRef === undefined ? undefined : branchNameOf(toRef.id);
  const fields = { title, description, draft, destination };
  await changePullRequest(bitbucket, target.repository, target.pullRequest, fields, actorOf(principal));
  return pullRequestResponse(call, target);
}

const MergeFields = z.looseObject({
  message: z.string().optional(),
  strategyId: z.enum(['no-ff', 'ff-only', 'squash']).default('no-ff'),
});
const STRATEGIES = { 'no-ff': 'merge_commit', 'ff-only': 'fast_forward', squash: 'squash' } as const;

async function postMerge(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const { message, strategyId } = parseFields(MergeFields, call.body);
  requireVersion(pullRequest, expectedVersion(call));
  const { source, destination } = pullRequest;
  const where = `${repository.workspace}/${repository.slug} from ${source.branch} to ${destination.branch}`;
  const heading = `Pull request #${pullRequest.id}: ${pullRequest.title}\n\nMerge in ${where}`;
  await mergePullRequest(
    { bitbucket, repository, pullRequest, actor: actorOf(principal) },
    { strategy: STRATEGIES[strategyId], message: message ?? heading, closeSourceBranch: false },
  );
  return pullRequestResponse(call, { repository, pullRequest });
}

const DeclineFields = z.looseObject({ comment: z.string().default('') });

function postDecline(call: Call): ApiResponse {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const { comment } = parseFields(DeclineFields, call.body);
  requireVersion(pullRequest, expectedVersion(call));
  declinePullRequest(bitbucket, repository, pullRequest, comment, actorOf(principal));
  return pullRequestResponse(call, { repository, pullRequest });
}

async function postReopen(call: Call): Promise<ApiResponse> {
  const { repository, pullRequest } = findPullRequest(call);
  requireVersion(pullRequest, expectedVersion(call));
  await reopenPullRequest(call.bitbucket, repository, pullRequest);
  return pullRequestResponse(call, { repository, pullRequest });
}

function removePullRequest(call: Call): ApiResponse {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const { version } = parseFields(Version, call.body);
  if (version === undefined) throw invalidArgument('version', 'The version of the pull request is required.');
  requireVersion(pullRequest, version);
  deletePullRequest(bitbucket, repository, pullRequest, actorOf(principal));
  return { status: 204 };
}

const PULL_REQUESTS = `${REPOSITORY}/pull-requests`;
const PULL_REQUEST = `${PULL_REQUESTS}/{id}`;

/** The operations on pull requests. */
export const pullRequestRoutes: readonly Route[] = [
  { method: 'GET', path: PULL_REQUESTS, permission: 'read', handle: getPullRequests },
  { method: 'POST', path: PULL_REQUESTS, permission: 'read', handle: postPullRequest },
  {
    method: 'GET',
    path: PULL_REQUEST,
    permission: 'read',
    handle: (call) => pullRequestResponse(call, findPullRequest(call)),
  },
  { method: 'PUT', path: PULL_REQUEST, permission: 'write', handle: putPullRequest },
  { method: 'DELETE', path: PULL_REQUEST, permission: 'write', handle: removePullRequest },
  { method: 'POST', path: `${PULL_REQUEST}/merge`, permission: 'write', handle: postMerge },
  { method: 'POST', path: `${PULL_REQUEST}/decline`, permission: 'read', handle: postDecline },
  { method: 'POST', path: `${PULL_REQUEST}/reopen`, permission: 'read', handle: postReopen },
  {
    method: 'GET',
    path: `${REPOSITORY}/commits/{commit}/pull-requests`,
    permission: 'read',
    handle: getPullRequestsOfCommit,
  },
];
