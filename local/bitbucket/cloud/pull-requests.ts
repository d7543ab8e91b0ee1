import * as z from 'zod';
import type { Bitbucket } from '../bitbucket.ts';
import { mergePullRequest } from '../changes/merges.ts';
import {
  changePullRequest,
  declinePullRequest,
  findEnds,
  findOpenBetween,
  openPullRequest,
} from '../changes/pull-requests.ts';
import type { Answer } from '../http/router.ts';
import { fullName, type PullRequest, type Repository } from '../store/records.ts';
import { actorOf } from './accounts.ts';
import { pageOf, queryOf } from './collections.ts';
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

export function findPullRequest(call: Call): { repository: Repository; pullRequest: PullRequest } {
  const repository = findRepository(call);
  const id = call.params['pull_request_id'] ?? '';
  const pullRequest = repository.pullRequests.find((candidate) => String(candidate.id) === id);
  if (pullRequest === undefined) throw new ApiError(404, `Pull request ${id} not found`);
  return { repository, pullRequest };
}

function answer(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
  status = 200,
): Answer {
  return { status, body: pullRequestResource(bitbucket, repository, pullRequest) };
}

function requireSourceRepository(bitbucket: Bitbucket, name: string): Repository {
  const [workspace = '', slug = ''] = name.split('/');
  const repository = bitbucket.store.find(workspace, slug);
  if (repository === undefined) throw invalidField('source', `repository not found: ${name}`);
  return repository;
}

function fieldsOf(fields: z.output<typeof PullRequestFields>) {
  const { title, description, close_source_branch: closeSourceBranch, draft } = fields;
  return { title, description, closeSourceBranch, draft };
}

/** Opening one that is open already, from the same branch into the same, changes that one. */
async function postPullRequest(call: Call): Promise<Answer> {
  const { bitbucket, principal } = call;
  const repository = findRepository(call);
  const fields = parseFields(NewPullRequest, call.body);
  const from = requireSourceRepository(
    bitbucket,
    fields.source.repository?.full_name ?? fullName(repository),
  );
  const ends = await findEnds(bitbucket, repository, {
    from,
    source: fields.source.branch.name,
    destination: fields.destination?.branch.name,
  });
  const actor = actorOf(principal, repository);
  const open = findOpenBetween(repository, ends);
  if (open === undefined) {
    const pullRequest = openPullRequest(bitbucket, repository, ends, fieldsOf(fields), actor);
    return answer(bitbucket, repository, pullRequest, 201);
  }
  await changePullRequest(bitbucket, repository, open, fieldsOf(fields), actor);
  return answer(bitbucket, repository, open, 201);
}

async function putPullRequest(call: Call): Promise<Answer> {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const fields = parseFields(PullRequestFields, call.body);
  const wanted = { ...fieldsOf(fields), destination: fields.destination?.branch.name };
  await changePullRequest(bitbucket, repository, pullRequest, wanted, actorOf(principal, repository));
  return answer(bitbucket, repository, pullRequest);
}

const StateFilter = z.array(z.enum(STATES));

/** Open ones unless `state` says otherwise, once or more; newest first. */
function listPullRequests(call: Call): Answer {
  const { bitbucket, url } = call;
  const repository = findRepository(call);
  const asked = url.searchParams.getAll('state').flatMap((text) => text.split(','));
  const wanted = new Set(asked.length === 0 ? ['OPEN'] : parseFields(StateFilter, asked));
  const resources = repository.pullRequests
    .filter((each) => wanted.has(each.state))
    .map((each) => pullRequestResource(bitbucket, repository, each))
    .reverse();
  const { items, envelope } = pageOf(url, queryOf(url, resources), MAX_PAGELEN);
  return { status: 200, body: { ...envelope, values: items } };
}

function getPullRequest(call: Call): Answer {
  const { repository, pullRequest } = findPullRequest(call);
  return answer(call.bitbucket, repository, pullRequest);
}

const DeclineBody = z.looseObject({ message: z.string().optional() });

function postDecline(call: Call): Answer {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const { message = '' } = parseFields(DeclineBody, call.body);
  declinePullRequest(bitbucket, repository, pullRequest, message, actorOf(principal, repository));
  return answer(bitbucket, repository, pullRequest);
}

const STRATEGIES = ['merge_commit', 'squash', 'fast_forward'] as const;

const MergeBody = z.looseObject({
  message: z.string().optional(),
  close_source_branch: z.boolean().optional(),
  merge_strategy: z
    .enum(STRATEGIES, { error: `The playground merges with ${STRATEGIES.join(', ')} only.` })
    .optional(),
});

async function postMerge(call: Call): Promise<Answer> {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const fields = parseFields(MergeBody, call.body);
  const heading = `Merged in ${pullRequest.source.branch} (pull request #${pullRequest.id})`;
  const actor = actorOf(principal, repository);
  await mergePullRequest(
    { bitbucket, repository, pullRequest, actor },
    {
      strategy: fields.merge_strategy ?? 'merge_commit',
      message: fields.message ?? `${heading}\n\n${pullRequest.title}`,
      closeSourceBranch: fields.close_source_branch ?? pullRequest.closeSourceBranch,
    },
  );
  return answer(bitbucket, repository, pullRequest);
}

const PULL_REQUESTS = '/repositories/{workspace}/{repo_slug}/pullrequests';
const PULL_REQUEST = `${PULL_REQUESTS}/{pull_request_id}`;

export const pullRequestRoutes: readonly Route[] = [
  { method: 'GET', path: PULL_REQUESTS, scopes: ['pullrequest'], handle: listPullRequests },
  { method: 'POST', path: PULL_REQUESTS, scopes: ['pullrequest:write'], handle: postPullRequest },
  { method: 'GET', path: PULL_REQUEST, scopes: ['pullrequest'], handle: getPullRequest },
  { method: 'PUT', path: PULL_REQUEST, scopes: ['pullrequest:write'], handle: putPullRequest },
  { method: 'POST', path: `${PULL_REQUEST}/decline`, scopes: ['pullrequest:write'], handle: postDecline },
  { method: 'POST', path: `${PULL_REQUEST}/merge`, scopes: ['pullrequest:write'], handle: postMerge },
];
