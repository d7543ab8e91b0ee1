import * as z from 'zod';
import type { Bitbucket } from '../bitbucket.ts';
import { mergePullRequest } from '../changes/merges.ts';
import {
  changePullRequest,
  declinePullRequest,
  deletePullRequest,
  findEnds,
  findOpenBetween,
  openPullRequest,
  reopenPullRequest,
} from '../changes/pull-requests.ts';
import type { Answer } from '../http/router.ts';
import type { PullRequest, Repository } from '../store/records.ts';
import { branchNameOf } from './branch-resource.ts';
import { actorOf } from './credentials.ts';
import { invalidArgument, parseFields, ServerError } from './errors.ts';
import { pageOf } from './paging.ts';
import { pullRequestResource } from './pull-request-resource.ts';
import { findRepository, requireRepository } from './repositories.ts';
import { type Call, REPOSITORY, type Route } from './route.ts';

/** A pull request and the repository that it is for. */
interface Placed {
  readonly repository: Repository;
  readonly pullRequest: PullRequest;
}

function findPullRequest(call: Call): Placed {
  const repository = findRepository(call);
  const id = call.params['id'] ?? '';
  const pullRequest = repository.pullRequests.find((each) => String(each.id) === id);
  if (pullRequest !== undefined) return { repository, pullRequest };
  const where = `${repository.workspace}/${repository.slug}`;
  const message = `Pull request ${id} does not exist in ${where}.`;
  throw new ServerError(404, 'pull.NoSuchPullRequestException', message);
}

function answer({ bitbucket }: Call, { repository, pullRequest }: Placed, status = 200): Answer {
  return { status, body: pullRequestResource(bitbucket, repository, pullRequest) };
}

const Filter = z.object({
  state: z.enum(['OPEN', 'MERGED', 'DECLINED', 'ALL']).default('OPEN'),
  direction: z.enum(['INCOMING', 'OUTGOING']).default('INCOMING'),
  order: z.enum(['NEWEST', 'OLDEST']).default('NEWEST'),
  at: z.string().transform(branchNameOf).optional(),
  filterText: z.string().default(''),
});

function leaving({ store }: Bitbucket, { uuid }: Repository): Placed[] {
  return store
    .list()
    .flatMap((repository) => repository.pullRequests.map((pullRequest) => ({ repository, pullRequest })))
    .filter(({ pullRequest }) => pullRequest.source.repository === uuid);
}

/** Open ones into this repository, newest first, unless the query says otherwise. */
function listPullRequests(call: Call): Answer {
  const { bitbucket, url } = call;
  const repository = findRepository(call);
  const query = Object.fromEntries([...url.searchParams].map(([key, value]) => [key, value]));
  const { state, direction, order, at, filterText } = parseFields(Filter, query);
  const isIncoming = direction === 'INCOMING';
  const placed = isIncoming
    ? repository.pullRequests.map((pullRequest) => ({ repository, pullRequest }))
    : leaving(bitbucket, repository);
  const found = placed
    .filter(({ pullRequest }) => state === 'ALL' || pullRequest.state === state)
    .filter(({ pullRequest: { source, destination } }) => {
      return at === undefined || (isIncoming ? destination : source).branch === at;
    })
    .filter(({ pullRequest }) => pullRequest.title.toLowerCase().includes(filterText.toLowerCase()));
  if (order === 'NEWEST') found.reverse();
  const resources = found.map((each) => pullRequestResource(bitbucket, each.repository, each.pullRequest));
  return { status: 200, body: pageOf(url, resources) };
}

/** Pull requests whose newest commit it is; the real one finds it further down as well. */
function listPullRequestsOfCommit(call: Call): Answer {
  const repository = findRepository(call);
  const found = repository.pullRequests.filter(({ source }) => source.commit === call.params['commit']);
  const resources = found.map((each) => pullRequestResource(call.bitbucket, repository, each));
  return { status: 200, body: pageOf(call.url, resources) };
}

const InRepository = z.looseObject({ slug: z.string(), project: z.looseObject({ key: z.string() }) });
const RefField = z.looseObject({ id: z.string().min(1), repository: InRepository.optional() });
const title = z.string().trim().min(1, 'A title is required.');
const Texts = { description: z.string().nullish(), draft: z.boolean().optional() };
const NewPullRequest = z.looseObject({ title, ...Texts, fromRef: RefField, toRef: RefField });

async function postPullRequest(call: Call): Promise<Answer> {
  const { bitbucket, principal } = call;
  const repository = findRepository(call);
  const { fromRef, toRef, title, description, draft } = parseFields(NewPullRequest, call.body);
  const { repository: source } = fromRef;
  const from =
    source === undefined
      ? repository
      : requireRepository(bitbucket, principal, source.project.key, source.slug);
  const ends = await findEnds(bitbucket, repository, {
    from,
    source: branchNameOf(fromRef.id),
    destination: branchNameOf(toRef.id),
  });
  if (findOpenBetween(repository, ends) !== undefined) {
    const message = 'Only one pull request may be open for a given source and target branch';
    throw new ServerError(409, 'pull.DuplicatePullRequestException', message);
  }
  const fields = { title, description, draft };
  const pullRequest = openPullRequest(bitbucket, repository, ends, fields, actorOf(principal));
  return answer(call, { repository, pullRequest }, 201);
}

/** A change is meant for a version: the one that the caller has seen, which must still be the newest. */
function requireVersion({ version }: PullRequest, seen: number | undefined): void {
  if (seen === version) return;
  const message = 'You are attempting to modify a pull request based on out-of-date information.';
  throw new ServerError(409, 'pull.PullRequestOutOfDateException', message, {
    details: { currentVersion: version, expectedVersion: seen ?? -1 },
  });
}

const Version = z.looseObject({ version: z.coerce.number().int().optional() });

/** In the query or in the body, as Server takes both. */
function versionSeen({ url, body }: Call): number | undefined {
  const query = url.searchParams.get('version');
  return parseFields(Version, query === null ? body : { version: query }).version;
}

const ChangedPullRequest = z.looseObject({
  version: z.number().int(),
  title: title.optional(),
  ...Texts,
  toRef: RefField.optional(),
});

async function putPullRequest(call: Call): Promise<Answer> {
  const { bitbucket, principal } = call;
  const placed = findPullRequest(call);
  const { version, title, description, draft, toRef } = parseFields(ChangedPullRequest, call.body);
  requireVersion(placed.pullRequest, version);
  const destination = toRef === undefined ? undefined : branchNameOf(toRef.id);
  const fields = { title, description, draft, destination };
  await changePullRequest(bitbucket, placed.repository, placed.pullRequest, fields, actorOf(principal));
  return answer(call, placed);
}

const MergeFields = z.looseObject({
  message: z.string().optional(),
  strategyId: z.enum(['no-ff', 'ff-only', 'squash']).default('no-ff'),
});
const STRATEGIES = { 'no-ff': 'merge_commit', 'ff-only': 'fast_forward', squash: 'squash' } as const;

async function postMerge(call: Call): Promise<Answer> {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const { message, strategyId } = parseFields(MergeFields, call.body);
  requireVersion(pullRequest, versionSeen(call));
  const { source, destination } = pullRequest;
  const where = `${repository.workspace}/${repository.slug} from ${source.branch} to ${destination.branch}`;
  const heading = `Pull request #${pullRequest.id}: ${pullRequest.title}\n\nMerge in ${where}`;
  await mergePullRequest(
    { bitbucket, repository, pullRequest, actor: actorOf(principal) },
    { strategy: STRATEGIES[strategyId], message: message ?? heading, closeSourceBranch: false },
  );
  return answer(call, { repository, pullRequest });
}

const DeclineFields = z.looseObject({ comment: z.string().default('') });

function postDecline(call: Call): Answer {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const { comment } = parseFields(DeclineFields, call.body);
  requireVersion(pullRequest, versionSeen(call));
  declinePullRequest(bitbucket, repository, pullRequest, comment, actorOf(principal));
  return answer(call, { repository, pullRequest });
}

async function postReopen(call: Call): Promise<Answer> {
  const { repository, pullRequest } = findPullRequest(call);
  requireVersion(pullRequest, versionSeen(call));
  await reopenPullRequest(call.bitbucket, repository, pullRequest);
  return answer(call, { repository, pullRequest });
}

function removePullRequest(call: Call): Answer {
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

export const pullRequestRoutes: readonly Route[] = [
  { method: 'GET', path: PULL_REQUESTS, needs: 'read', handle: listPullRequests },
  { method: 'POST', path: PULL_REQUESTS, needs: 'read', handle: postPullRequest },
  { method: 'GET', path: PULL_REQUEST, needs: 'read', handle: (call) => answer(call, findPullRequest(call)) },
  { method: 'PUT', path: PULL_REQUEST, needs: 'write', handle: putPullRequest },
  { method: 'DELETE', path: PULL_REQUEST, needs: 'write', handle: removePullRequest },
  { method: 'POST', path: `${PULL_REQUEST}/merge`, needs: 'write', handle: postMerge },
  { method: 'POST', path: `${PULL_REQUEST}/decline`, needs: 'read', handle: postDecline },
  { method: 'POST', path: `${PULL_REQUEST}/reopen`, needs: 'read', handle: postReopen },
  {
    method: 'GET',
    path: `${REPOSITORY}/commits/{commit}/pull-requests`,
    needs: 'read',
    handle: listPullRequestsOfCommit,
  },
];
