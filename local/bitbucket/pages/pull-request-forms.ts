import { pullRequestPath } from '../addresses.ts';
import { ChangeRejectedError } from '../changes/errors.ts';
import { defaultMergeMessage, mergePullRequest } from '../changes/merges.ts';
import {
  declinePullRequest,
  findOpenDuplicate,
  openPullRequest,
  reopenPullRequest,
  resolveBranches,
} from '../changes/pull-requests.ts';
import { readCommits } from '../git/commits.ts';
import { HttpError } from '../http/errors.ts';
import type { PullRequest, Repository } from '../store/records.ts';
import { subjectOf } from './parts.ts';
import type { FormCall, FormRoute } from './route.ts';

function findPullRequest({ repository, params }: FormCall): PullRequest {
  const found = repository.pullRequests.find(({ id }) => String(id) === params['id']);
  if (found === undefined) throw new HttpError(404, 'There is no such pull request.');
  return found;
}

/** Throws a ChangeRejectedError when the source branch has moved since the form was shown. */
function requireSeen({ fields }: FormCall, { source }: PullRequest): void {
  if (fields['commit'] === source.commit) return;
  const message = 'The source branch has other commits than the page showed. Look at them first.';
  throw new ChangeRejectedError('branch moved', 'source', message);
}

async function merge(call: FormCall): Promise<string> {
  const { bitbucket, repository, actor, fields } = call;
  const pullRequest = findPullRequest(call);
  requireSeen(call, pullRequest);
  await mergePullRequest(
    { bitbucket, repository, pullRequest, actor },
    {
      strategy: 'merge_commit',
      message: defaultMergeMessage(pullRequest),
      closeSourceBranch: fields['close'] === 'on',
    },
  );
  return pullRequestPath(repository, pullRequest.id);
}

async function decline(call: FormCall): Promise<string> {
  const { bitbucket, repository, actor } = call;
  const pullRequest = findPullRequest(call);
  requireSeen(call, pullRequest);
  declinePullRequest(bitbucket, repository, pullRequest, '', actor);
  return pullRequestPath(repository, pullRequest.id);
}

async function reopen(call: FormCall): Promise<string> {
  const { bitbucket, repository } = call;
  const pullRequest = findPullRequest(call);
  await reopenPullRequest(bitbucket, repository, pullRequest);
  return pullRequestPath(repository, pullRequest.id);
}

/** The open pull request with these branches, or a new one. */
async function openFrom(
  { bitbucket, repository, actor }: FormCall,
  wanted: { from: Repository; source: string; destination?: string },
  texts: { title?: string; description?: string },
): Promise<string> {
  const { from, source, destination } = wanted;
  const branches = await resolveBranches(bitbucket, repository, { from, source, destination });
  const duplicate = findOpenDuplicate(repository, branches);
  if (duplicate !== undefined) return pullRequestPath(repository, duplicate.id);
  const { commit } = branches.source;
  const commits = await readCommits(bitbucket.git, bitbucket.store.gitDirectory(from), [commit]);
  const newest = commits.get(commit);
  const title = texts.title ?? (newest === undefined ? source : subjectOf(newest));
  const { id } = openPullRequest(bitbucket, repository, branches, { ...texts, title }, actor);
  return pullRequestPath(repository, id);
}

async function open(call: FormCall): Promise<string> {
  const source = decoded(call.fields['source'] ?? '');
  return openFrom(call, { from: call.repository, source }, {});
}

/** Branch names are encoded in forms, which would otherwise change their invisible characters. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, 'The branch is not valid percent-encoding.');
  }
}

async function openAgain(call: FormCall): Promise<string> {
  const { bitbucket } = call;
  const pullRequest = findPullRequest(call);
  if (pullRequest.state !== 'DECLINED') {
    throw new ChangeRejectedError(
      'not declined',
      'state',
      'Only a declined pull request can be opened again.',
    );
  }
  const { source, destination, title, description } = pullRequest;
  const from = bitbucket.store.findByUuid(source.repository);
  if (from === undefined) throw new HttpError(409, 'The fork of the source branch is gone.');
  const wanted = { from, source: source.branch, destination: destination.branch };
  return openFrom(call, wanted, { title, description });
}

/** The forms of pull requests. */
export const pullRequestForms: readonly FormRoute[] = [
  { method: 'POST', path: '/pull-requests', submit: open },
  { method: 'POST', path: '/pull-requests/{id}/merge', submit: merge },
  { method: 'POST', path: '/pull-requests/{id}/decline', submit: decline },
  { method: 'POST', path: '/pull-requests/{id}/reopen', submit: reopen },
  { method: 'POST', path: '/pull-requests/{id}/open-again', submit: openAgain },
];
