import * as z from 'zod';
import { type Bitbucket, link } from '../bitbucket.ts';
import type { Answer } from '../http/router.ts';
import type { Comment, PullRequest, Repository } from '../store/records.ts';
import { accountResource, actorOf } from './accounts.ts';
import { pageOf, queryOf } from './collections.ts';
import { rendered } from './commit-resource.ts';
import { ApiError, parseFields } from './errors.ts';
import { pullRequestUrl } from './pull-request-resource.ts';
import { findPullRequest } from './pull-requests.ts';
import { repositoryApiUrl } from './repository-resource.ts';
import type { Call, Route } from './route.ts';

const CommentFields = z.looseObject({
  content: z.looseObject({ raw: z.string().trim().min(1, 'This field may not be blank.') }),
});

interface Place {
  readonly bitbucket: Bitbucket;
  readonly repository: Repository;
  readonly pullRequest: PullRequest;
}

function commentResource({ bitbucket, repository, pullRequest }: Place, comment: Comment) {
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

function listComments(call: Call): Answer {
  const place = { bitbucket: call.bitbucket, ...findPullRequest(call) };
  const resources = place.pullRequest.comments.map((comment) => commentResource(place, comment));
  const { items, envelope } = pageOf(call.url, queryOf(call.url, resources));
  return { status: 200, body: { ...envelope, values: items } };
}

function postComment(call: Call): Answer {
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
  const body = commentResource({ bitbucket, repository, pullRequest }, comment);
  return { status: 201, body, headers: { Location: body.links.self.href } };
}

function findComment(call: Call): { place: Place; comment: Comment } {
  const place = { bitbucket: call.bitbucket, ...findPullRequest(call) };
  const id = call.params['comment_id'] ?? '';
  const comment = place.pullRequest.comments.find((each) => String(each.id) === id);
  if (comment === undefined) throw new ApiError(404, `Comment ${id} not found`);
  return { place, comment };
}

function getComment(call: Call): Answer {
  const { place, comment } = findComment(call);
  return { status: 200, body: commentResource(place, comment) };
}

function putComment(call: Call): Answer {
  const { place, comment } = findComment(call);
  const { content } = parseFields(CommentFields, call.body);
  comment.text = content.raw;
  comment.updatedOn = call.bitbucket.now().toISOString();
  call.bitbucket.store.save(place.repository);
  return { status: 200, body: commentResource(place, comment) };
}

const COMMENTS = '/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments';

/** Reading a pull request is enough for taking part in its conversation: scope `pullrequest`. */
export const commentRoutes: readonly Route[] = [
  { method: 'GET', path: COMMENTS, scopes: ['pullrequest'], handle: listComments },
  { method: 'POST', path: COMMENTS, scopes: ['pullrequest'], handle: postComment },
  { method: 'GET', path: `${COMMENTS}/{comment_id}`, scopes: ['pullrequest'], handle: getComment },
  { method: 'PUT', path: `${COMMENTS}/{comment_id}`, scopes: ['pullrequest'], handle: putComment },
];
