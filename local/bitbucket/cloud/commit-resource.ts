import { branchPath, commitPath, tagPath } from '../addresses.ts';
import type { Bitbucket } from '../bitbucket.ts';
import type { Commit } from '../git/commits.ts';
import type { Resource } from '../resources.ts';
import { encodePath, escapeHtml, link } from '../resources.ts';
import type { Repository } from '../store/records.ts';
import { repositoryApiUrl, repositoryReference } from './repository-resource.ts';

const DEFAULT_STRATEGIES = ['merge_commit', 'squash', 'fast_forward'];

/** A text with its HTML rendering. */
export function rendered(raw: string): Resource {
  const html = raw.trim() === '' ? '' : `<p>${escapeHtml(raw.trim())}</p>`;
  return { type: 'rendered', raw, markup: 'markdown', html };
}

/** The short form of a commit, inside other resources. */
export function commitReference(bitbucket: Bitbucket, repository: Repository, hash: string): Resource {
  return {
    type: 'commit',
    hash,
    links: {
      self: link(`${repositoryApiUrl(bitbucket, repository)}/commit/${hash}`),
      html: link(`${bitbucket.url}${commitPath(repository, hash)}`),
    },
  };
}

function commitLinks(bitbucket: Bitbucket, repository: Repository, hash: string): Resource {
  const api = repositoryApiUrl(bitbucket, repository);
  return {
    self: link(`${api}/commit/${hash}`),
    html: link(`${bitbucket.url}${commitPath(repository, hash)}`),
    comments: link(`${api}/commit/${hash}/comments`),
    patch: link(`${api}/patch/${hash}`),
    diff: link(`${api}/diff/${hash}`),
    approve: link(`${api}/commit/${hash}/approve`),
    statuses: link(`${api}/commit/${hash}/statuses`),
  };
}

/** A commit in push payloads. Authors are not mapped to accounts, as for unknown e-mail addresses. */
export function commitInPayload(bitbucket: Bitbucket, repository: Repository, commit: Commit): Resource {
  return {
    type: 'commit',
    hash: commit.hash,
    links: commitLinks(bitbucket, repository, commit.hash),
    author: { type: 'author', raw: commit.author },
    summary: rendered(commit.message),
    parents: commit.parents.map((parent) => commitReference(bitbucket, repository, parent)),
    date: commit.date,
    message: commit.message,
  };
}

/** A commit in API responses. */
export function commitResource(bitbucket: Bitbucket, repository: Repository, commit: Commit): Resource {
  return {
    ...commitInPayload(bitbucket, repository, commit),
    repository: repositoryReference(bitbucket, repository),
    rendered: { message: rendered(commit.message) },
    participants: [],
  };
}

function refLinks(bitbucket: Bitbucket, repository: Repository, kind: 'branch' | 'tag', name: string) {
  const api = repositoryApiUrl(bitbucket, repository);
  const path = encodePath(name);
  const page = kind === 'branch' ? branchPath(repository, name) : tagPath(repository, name);
  return {
    commits: link(`${api}/commits/${path}`),
    self: link(`${api}/refs/${kind === 'branch' ? 'branches' : 'tags'}/${path}`),
    html: link(`${bitbucket.url}${page}`),
  };
}

/** A branch; `target` is the resource of its newest commit. */
export function branchResource(
  bitbucket: Bitbucket,
  repository: Repository,
  name: string,
  target: Resource,
): Resource {
  return {
    type: 'branch',
    name,
    links: refLinks(bitbucket, repository, 'branch', name),
    target,
    merge_strategies: DEFAULT_STRATEGIES,
    default_merge_strategy: 'merge_commit',
  };
}

/** A branch or tag in push payloads. */
export function refInPayload(
  bitbucket: Bitbucket,
  repository: Repository,
  kind: 'branch' | 'tag',
  name: string,
  target: Commit,
): Resource {
  return {
    type: kind,
    name,
    links: refLinks(bitbucket, repository, kind, name),
    target: commitInPayload(bitbucket, repository, target),
  };
}
