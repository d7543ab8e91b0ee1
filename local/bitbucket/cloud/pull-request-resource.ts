import { pullRequestPath } from '../addresses.ts';
import type { Bitbucket } from '../bitbucket.ts';
import { link, type Resource } from '../resources.ts';
import type { PullRequest, Repository } from '../store/records.ts';
import { accountResource } from './accounts.ts';
import { commitReference, rendered } from './commit-resource.ts';
import { repositoryApiUrl, repositoryReference } from './repository-resource.ts';

/** The page of a pull request. */
export function pullRequestUrl(bitbucket: Bitbucket, repository: Repository, id: number): string {
  return `${bitbucket.url}${pullRequestPath(repository, id)}`;
}

/** In pull requests, both the API and the payloads abbreviate commits to 12 characters. */
function shortCommit(bitbucket: Bitbucket, repository: Repository, hash: string): Resource {
  return commitReference(bitbucket, repository, hash.slice(0, 12));
}

function links(bitbucket: Bitbucket, repository: Repository, id: number): Resource {
  const self = `${repositoryApiUrl(bitbucket, repository)}/pullrequests/${id}`;
  const names = [
    'commits',
    'approve',
    'diff',
    'diffstat',
    'comments',
    'activity',
    'merge',
    'decline',
    'statuses',
  ];
  return {
    self: link(self),
    html: link(pullRequestUrl(bitbucket, repository, id)),
    ...Object.fromEntries(names.map((name) => [name, link(`${self}/${name}`)])),
  };
}

function endpoint(
  bitbucket: Bitbucket,
  repository: Repository | undefined,
  branch: string,
  hash: string,
): Resource {
  return {
    branch: { name: branch },
    commit: repository === undefined ? null : shortCommit(bitbucket, repository, hash),
    repository: repository === undefined ? null : repositoryReference(bitbucket, repository),
  };
}

/** A pull request in API responses and payloads. */
export function pullRequestResource(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
): Resource {
  const { source, destination } = pullRequest;
  return {
    type: 'pullrequest',
    id: pullRequest.id,
    title: pullRequest.title,
    description: pullRequest.description,
    rendered: { title: rendered(pullRequest.title), description: rendered(pullRequest.description) },
    summary: rendered(pullRequest.description),
    state: pullRequest.state,
    draft: pullRequest.draft,
    queued: false,
    author: accountResource(bitbucket, pullRequest.author),
    source: endpoint(bitbucket, bitbucket.store.findByUuid(source.repository), source.branch, source.commit),
    destination: endpoint(bitbucket, repository, destination.branch, destination.commit),
    merge_commit:
      pullRequest.mergeCommit === null ? null : shortCommit(bitbucket, repository, pullRequest.mergeCommit),
    comment_count: pullRequest.comments.length,
    task_count: 0,
    close_source_branch: pullRequest.closeSourceBranch,
    closed_by: pullRequest.closedBy === null ? null : accountResource(bitbucket, pullRequest.closedBy),
    reason: pullRequest.reason,
    created_on: pullRequest.createdOn,
    updated_on: pullRequest.updatedOn,
    reviewers: [],
    participants: [],
    links: links(bitbucket, repository, pullRequest.id),
  };
}
