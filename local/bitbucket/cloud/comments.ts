import * as z from 'zod';
import type { Bitbucket } from '../bitbucket.ts';
import type { RepositoryPullRequest } from '../changes/pull-requests.ts';
import type { ApiResponse } from '../http/router.ts';
import { link } from '../resources.ts';
import type { Comment } from '../store/records.ts';
import { accountResource, actorOf } from './accounts.ts';
import { listResponse } from './collections.ts';
import { rendered } from './commit-resource.ts';
import { ApiError, parseFields } from './errors.ts';
import { pullRequestUrl } from './pull-request-resource.ts';
import { findPullRequest } from './pull-requests.ts';
import { repositoryApiUrl } from './repository-resource.ts';
import type { Call, Route } from './route.ts';

const CommentFields = z.looseObject({
  content: z.looseObject({ raw: z.string().trim().min(1, 'This field may not be blank.') }),
});

function commentResource(
  bitbucket: Bitbucket,
  { repository, pullRequest }: RepositoryPullRequest,
  comment: Comment,
) {
  const self = `${repositoryApiUrl(bitbucket, repository)}/pullrequests/${pullRequest.id}`;
  const html = pullRequestUrl(bitbucket, repository, pullRequest.id);
  return {
    type: 'pullrequest_comment',
    id: comment.id,
    created_on: comment.createdOn,
    updated_on: comment.updatedOn,
    content: rendered(comment.text),
    user: accountResource(bitbucket, comment.author),
    deleted: false,
    pending: false,
    pullrequest: {
      type: 'pullrequest',
      id: pullRequest.id,
      title: pullRequest.title,
      links: { self: link(self), html: link(html) },
    },
    links: {
      self: link(`${self}/comments/${comment.id}`),
      html: link(`${html}/_/diff#comment-${comment.id}`),
    },
  };
}

function listComments(call: Call): ApiResponse {
  const target = findPullRequest(call);
  const resources = target.pullRequest.comments.map((comment) =>
    commentResource(call.bitbucket, target, comment),
  );
  return listResponse(call.url, resources);
}

function postComment(call: Call): ApiResponse {
  const { bitbucket, principal } = call;
  const { repository, pullRequest } = findPullRequest(call);
  const { content } = parseFields(CommentFields, call.body);
  const now = bitbucket.now().toISOString();
  repository.lastComment += 1;
  const comment: Comment = {
    id: repository.lastComment,
    text: content.raw,
    author: actorOf(principal, repository),
    createdOn: now,
    updatedOn: now,
  };
  pullRequest.comments.push(comment);
  bitbucket.store.save(repository);
  const body = commentResource(bitbucket, { repository, pullRequest }, comment);
  return { status: 201, body, headers: { Location: body.links.self.href } };
}

function findComment(call: Call): { target: RepositoryPullRequest; comment: Comment } {
  const target = findPullRequest(call);
  const id = call.params['comment_id'] ?? '';
  const comment = target.pullRequest.comments.find((each) => String(each.id) === id);
  if (comment === undefined) throw new ApiError(404, `Comment ${id} not found`);
  return { target, comment };
}

function getComment(call: Call): ApiResponse {
  const { target, comment } = findComment(call);
  return { status: 200, body: commentResource(call.bitbucket, target, comment) };
}

function putComment(call: Call): ApiResponse {
  const { target, comment } = findComment(call);
  const { content } = parseFields(CommentFields, call.body);
  comment.text = content.raw;
  comment.updatedOn = call.bitbucket.now().toISOString();
  call.bitbucket.store.save(target.repository);
  return { status: 200, body: commentResource(call.bitbucket, target, comment) };
}

const COMMENTS = '/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments';

/** The operations on comments. The read scope `pullrequest` allows writing comments too. */
export const commentRoutes: readonly Route[] = [
  { method: 'GET', path: COMMENTS, scopes: ['pullrequest'], handle: listComments },
  { method: 'POST', path: COMMENTS, scopes: ['pullrequest'], handle: postComment },
  { method: 'GET', path: `${COMMENTS}/{comment_id}`, scopes: ['pullrequest'], handle: getComment },
  { method: 'PUT', path: `${COMMENTS}/{comment_id}`, scopes: ['pullrequest'], handle: putComment },
];
