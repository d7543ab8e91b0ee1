import * as z from 'zod';
import { actorOf } from './accounts.ts';
import type { Bitbucket } from './bitbucket.ts';
import { pageOf, queryOf } from './collections.ts';
import { newCommits } from './commits.ts';
import { ApiError, invalidField, parseFields } from './errors.ts';
import { announcePullRequest, pullRequestResource } from './pull-request-resource.ts';
import { readBranch } from './refs.ts';
import { findRepository } from './repositories.ts';
import { readMainBranch } from './repository-resource.ts';
import type { Answer, Call, Route } from './router.ts';
import { fullName, type PullRequest, type Repository } from './state.ts';

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

/** Merged and declined pull requests stay as they are for ever: Bitbucket Cloud cannot reopen them. */
export function requireOpen(pullRequest: PullRequest): void {
  if (pullRequest.state !== 'OPEN') throw new ApiError(400, 'This pull request is already closed.');
}

function answer(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
  status = 200,
): Answer {
  return { status, body: pullRequestResource(bitbucket, repository, pullRequest) };
}

async function requireBranch(
  bitbucket: Bitbucket,
  repository: Repository,
  field: 'source' | 'destination',
  name: string,
): Promise<{ branch: string; commit: string }> {
  const commit = await readBranch(bitbucket.git, bitbucket.store.gitDirectory(repository), name);
  if (commit === undefined) throw invalidField(field, `branch not found: ${name}`);
  return { branch: name, commit };
}

function requireSourceRepository(bitbucket: Bitbucket, name: string): Repository {
  const [workspace = '', slug = ''] = name.split('/');
  const repository = bitbucket.store.find(workspace, slug);
  if (repository === undefined) throw invalidField('source', `repository not found: ${name}`);
  return repository;
}

async function requireDestination(bitbucket: Bitbucket, repository: Repository, wanted: string | undefined) {
  const name = wanted ?? (await readMainBranch(bitbucket, repository));
  if (name === undefined) throw invalidField('destination', 'The repository has no branches yet.');
  return requireBranch(bitbucket, repository, 'destination', name);
}

async function requireChanges(bitbucket: Bitbucket, repository: Repository, head: string, base: string) {
  const directory = bitbucket.store.gitDirectory(repository);
  const commits = head === base ? [] : await newCommits(bitbucket.git, directory, head, [base], 1);
  if (commits.length === 0) throw new ApiError(400, 'There are no changes to be pulled');
}

type Fields = z.output<typeof PullRequestFields>;

function change(bitbucket: Bitbucket, pullRequest: PullRequest, fields: Fields): void {
  pullRequest.title = fields.title;
  pullRequest.description = fields.description ?? pullRequest.description;
  pullRequest.closeSourceBranch = fields.close_source_branch ?? pullRequest.closeSourceBranch;
  pullRequest.draft = fields.draft ?? pullRequest.draft;
  pullRequest.updatedOn = bitbucket.now().toISOString();
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
  const source = await requireBranch(bitbucket, from, 'source', fields.source.branch.name);
  const destination = await requireDestination(bitbucket, repository, fields.destination?.branch.name);
  if (from === repository) await requireChanges(bitbucket, repository, source.commit, destination.commit);

  const actor = actorOf(principal, repository);
  const open = repository.pullRequests.find(
    (each) =>
      each.state === 'OPEN' &&
      each.source.repository === from.uuid &&
      each.source.branch === source.branch &&
      each.destination.branch === destination.branch,
  );
  const now = bitbucket.now().toISOString();
  const pullRequest: PullRequest = open ?? {
    id: 1 + Math.max(0, ...repository.pullRequests.map((each) => each.id)),
    title: fields.title,
    description: '',
    state: 'OPEN',
    draft: false,
    closeSourceBranch: false,
    source: { repository: from.uuid, ...source },
    destination,
    mergeCommit: null,
    author: actor,
    closedBy: null,
    reason: '',
    createdOn: now,
    updatedOn: now,
  };
  change(bitbucket, pullRequest, fields);
  if (open === undefined) repository.pullRequests.push(pullRequest);
  bitbucket.store.save(repository);
  announcePullRequest(bitbucket, repository, pullRequest, open === undefined ? 'created' : 'updated', actor);
  return answer(bitbucket, repository, pullRequest, 201);
}

async function putPullRequest(call: Call): Promise<Answer> {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const fields = parseFields(PullRequestFields, call.body);
  requireOpen(pullRequest);
  const into = fields.destination?.branch.name;
  if (into !== undefined && into !== pullRequest.destination.branch) {
    const destination = await requireBranch(bitbucket, repository, 'destination', into);
    if (pullRequest.source.repository === repository.uuid) {
      await requireChanges(bitbucket, repository, pullRequest.source.commit, destination.commit);
    }
    pullRequest.destination = destination;
  }
  change(bitbucket, pullRequest, fields);
  bitbucket.store.save(repository);
  announcePullRequest(bitbucket, repository, pullRequest, 'updated', actorOf(principal, repository));
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

function declinePullRequest(call: Call): Answer {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const { message } = parseFields(DeclineBody, call.body);
  requireOpen(pullRequest);
  const actor = actorOf(principal, repository);
  pullRequest.state = 'DECLINED';
  pullRequest.reason = message ?? '';
  pullRequest.closedBy = actor;
  pullRequest.updatedOn = bitbucket.now().toISOString();
  bitbucket.store.save(repository);
  announcePullRequest(bitbucket, repository, pullRequest, 'rejected', actor);
  return answer(bitbucket, repository, pullRequest);
}

const PULL_REQUESTS = '/repositories/{workspace}/{repo_slug}/pullrequests';
const PULL_REQUEST = `${PULL_REQUESTS}/{pull_request_id}`;

export const pullRequestRoutes: readonly Route[] = [
  { method: 'GET', path: PULL_REQUESTS, scopes: ['pullrequest'], handle: listPullRequests },
  { method: 'POST', path: PULL_REQUESTS, scopes: ['pullrequest:write'], handle: postPullRequest },
  { method: 'GET', path: PULL_REQUEST, scopes: ['pullrequest'], handle: getPullRequest },
  { method: 'PUT', path: PULL_REQUEST, scopes: ['pullrequest:write'], handle: putPullRequest },
  {
    method: 'POST',
    path: `${PULL_REQUEST}/decline`,
    scopes: ['pullrequest:write'],
    handle: declinePullRequest,
  },
];
