import * as z from 'zod';

import { defaultMergeMessage, mergePullRequest } from '../changes/merges.ts';
import type { RepositoryPullRequest } from '../changes/pull-requests.ts';
import {
  changePullRequest,
  declinePullRequest,
  findOpenDuplicate,
  openPullRequest,
  resolveBranches,
} from '../changes/pull-requests.ts';
import type { ApiResponse } from '../http/router.ts';
import { fullName, type Repository } from '../store/records.ts';
import { actorOf } from './accounts.ts';
import { listResponse } from './collections.ts';
import { ApiError, invalidField, parseFields } from './errors.ts';
import { pullRequestResource } from './pull-request-resource.ts';
import { findRepository } from './repositories.ts';
import type { Call, Route } from './route.ts';

const MAX_PAGELEN = 50;
const STATES = ['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED'] as const;

const branchName = z.looseObject({ branch: z.looseObject({ name: z.string().min(1) }) });
const title = z.string().trim().min(1, 'This field may not be blank.');
const PullRequestFields = z.looseObject({
  title,
  description: z.string().nullish(),
  destination: branchName.nullish(),
  close_source_branch: z.boolean().optional(),
  draft: z.boolean().optional(),
});
const NewPullRequest = PullRequestFields.extend({
  source: branchName.extend({ repository: z.looseObject({ full_name: z.string() }).optional() }),
});

/** The pull request of a call's path; throws a 404 ApiError if it does not exist. */
export function findPullRequest(call: Call): RepositoryPullRequest {
  const repository = findRepository(call);
  const id = call.params['pull_request_id'] ?? '';
  const pullRequest = repository.pullRequests.find((candidate) => String(candidate.id) === id);
  if (pullRequest === undefined) throw new ApiError(404, `Pull request ${id} not found`);
  return { repository, pullRequest };
}

function pullRequestResponse(
  { bitbucket }: Call,
  { repository, pullRequest }: RepositoryPullRequest,
  status = 200,
): ApiResponse {
  return { status, body: pullRequestResource(bitbucket, repository, pullRequest) };
}

function requireSourceRepository({ bitbucket }: Call, name: string): Repository {
  const [workspace = '', slug = ''] = name.split('/');
  const repository = bitbucket.store.find(workspace, slug);
  if (repository === undefined) throw invalidField('source', `repository not found: ${name}`);
  return repository;
}

function fieldsOf(fields: z.output<typeof PullRequestFields>) {
  const { title, description, close_source_branch: closeSourceBranch, draft } = fields;
  return { title, description, closeSourceBranch, draft };
}

/** An open pull request with the same source and destination is updated instead. */
async function postPullRequest(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const repository = findRepository(call);
  const fields = parseFields(NewPullRequest, call.body);
  const from = requireSourceRepository(call, fields.source.repository?.full_name ?? fullName(repository));
  const branches = await resolveBranches(bitbucket, repository, {
    from,
    source: fields.source.branch.name,
    destination: fields.destination?.branch.name,
  });
  const actor = actorOf(principal, repository);
  const duplicate = findOpenDuplicate(repository, branches);
  if (duplicate === undefined) {
    const pullRequest = openPullRequest(bitbucket, repository, branches, fieldsOf(fields), actor);
    return pullRequestResponse(call, { repository, pullRequest }, 201);
  }
  await changePullRequest(bitbucket, repository, duplicate, fieldsOf(fields), actor);
  return pullRequestResponse(call, { repository, pullRequest: duplicate }, 201);
}

async function putPullRequest(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const fields = parseFields(PullRequestFields, call.body);
  const changes = { ...fieldsOf(fields), destination: fields.destination?.branch.name };
  await changePullRequest(bitbucket, repository, pullRequest, changes, actorOf(principal, repository));
  return pullRequestResponse(call, { repository, pullRequest });
}

const StateFilter = z.array(z.enum(STATES));

/** Newest first, open ones by default; the parameter `state` selects others and can be repeated. */
function listPullRequests(call: Call): ApiResponse {
  const { bitbucket, url } = call;
  const repository = findRepository(call);
  const parameters = url.searchParams.getAll('state').flatMap((text) => text.split(','));
  const states = new Set(parameters.length === 0 ? ['OPEN'] : parseFields(StateFilter, parameters));
  const resources = repository.pullRequests
    .filter((each) => states.has(each.state))
    .map((each) => pullRequestResource(bitbucket, repository, each))
    .reverse();
  return listResponse(url, resources, MAX_PAGELEN);
}

function getPullRequest(call: Call): ApiResponse {
  return pullRequestResponse(call, findPullRequest(call));
}

const DeclineBody = z.looseObject({ message: z.string().optional() });

function postDecline(call: Call): ApiResponse {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const { message = '' } = parseFields(DeclineBody, call.body);
  declinePullRequest(bitbucket, repository, pullRequest, message, actorOf(principal, repository));
  return pullRequestResponse(call, { repository, pullRequest });
}

const STRATEGIES = ['merge_commit', 'squash', 'fast_forward'] as const;

const MergeBody = z.looseObject({
  message: z.string().optional(),
  close_source_branch: z.boolean().optional(),
  merge_strategy: z
    .enum(STRATEGIES, { error: `The playground merges with ${STRATEGIES.join(', ')} only.` })
    .optional(),
});

async function postMerge(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const fields = parseFields(MergeBody, call.body);
  const actor = actorOf(principal, repository);
  await mergePullRequest(
    { bitbucket, repository, pullRequest, actor },
    {
      strategy: fields.merge_strategy ?? 'merge_commit',
      message: fields.message ?? defaultMergeMessage(pullRequest),
      closeSourceBranch: fields.close_source_branch ?? pullRequest.closeSourceBranch,
    },
  );
  return pullRequestResponse(call, { repository, pullRequest });
}

const PULL_REQUESTS = '/repositories/{workspace}/{repo_slug}/pullrequests';
const PULL_REQUEST = `${PULL_REQUESTS}/{pull_request_id}`;

/** The operations on pull requests. */
export const pullRequestRoutes: readonly Route[] = [
  { method: 'GET', path: PULL_REQUESTS, scopes: ['pullrequest'], handle: listPullRequests },
  { method: 'POST', path: PULL_REQUESTS, scopes: ['pullrequest:write'], handle: postPullRequest },
  { method: 'GET', path: PULL_REQUEST, scopes: ['pullrequest'], handle: getPullRequest },
  { method: 'PUT', path: PULL_REQUEST, scopes: ['pullrequest:write'], handle: putPullRequest },
  { method: 'POST', path: `${PULL_REQUEST}/decline`, scopes: ['pullrequest:write'], handle: postDecline },
  { method: 'POST', path: `${PULL_REQUEST}/merge`, scopes: ['pullrequest:write'], handle: postMerge },
];
