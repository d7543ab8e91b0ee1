import type { Bitbucket } from '../bitbucket.ts';
import { link, type Resource } from '../resources.ts';
import type { PullRequest, Repository } from '../store/records.ts';
import { refResource } from './branch-resource.ts';
import { shortHash } from './commit-resource.ts';
import { repositoryResource, repositoryUrl, userResource } from './repository-resource.ts';

const milliseconds = (time: string) => Date.parse(time);

function endpoint(
  bitbucket: Bitbucket,
  repository: Repository | undefined,
  { branch, commit }: { branch: string; commit: string },
): Resource {
  const { id, displayId, latestCommit, type } = refResource({ name: branch, commit });
  return {
    id,
    displayId,
    latestCommit,
    type,
    repository: repository === undefined ? null : repositoryResource(bitbucket, repository),
  };
}

function properties({ mergeCommit }: PullRequest): Resource {
  if (mergeCommit === null) return {};
  return { properties: { mergeCommit: { displayId: shortHash(mergeCommit), id: mergeCommit } } };
}

/** A pull request in API responses and payloads. Unlike Cloud's, it contains full hashes. */
export function pullRequestResource(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
): Resource {
  const { source, destination, state, description } = pullRequest;
  const updatedDate = milliseconds(pullRequest.updatedOn);
  return {
    id: pullRequest.id,
    version: pullRequest.version,
    title: pullRequest.title,
    ...(description === '' ? {} : { description }),
    state,
    open: state === 'OPEN',
    closed: state !== 'OPEN',
    ...(bitbucket.serverVersion === 'old' ? {} : { draft: pullRequest.draft }),
    createdDate: milliseconds(pullRequest.createdOn),
    updatedDate,
    ...(state === 'OPEN' ? {} : { closedDate: updatedDate }),
    fromRef: endpoint(bitbucket, bitbucket.store.findByUuid(source.repository), source),
    toRef: endpoint(bitbucket, repository, destination),
    locked: false,
    author: {
      user: userResource(bitbucket, pullRequest.author),
      role: 'AUTHOR',
      approved: false,
      status: 'UNAPPROVED',
    },
    reviewers: [],
    participants: [],
    ...properties(pullRequest),
    links: { self: [link(`${repositoryUrl(bitbucket, repository)}/pull-requests/${pullRequest.id}`)] },
  };
}
