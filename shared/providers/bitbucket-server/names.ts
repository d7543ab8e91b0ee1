import { pathSegment } from '../rest/path-segment.ts';
import type { Repository } from './payload-schema.ts';

/** A repository's `PROJECT/name`; null when the payload lacks a part. */
export function fullName(repository: Repository | null | undefined): string | null {
  const { slug, project } = repository ?? {};
  if (!slug || !project?.key) return null;
  // Some payloads omit the tilde that begins the key of a personal project in the API.
  const isBare = project.type === 'PERSONAL' && !project.key.startsWith('~');
  return `${isBare ? '~' : ''}${project.key}/${slug}`;
}

/** The API's path of the repository `PROJECT/name`. */
export function repositoryPath(repository: string): string {
  const [key, slug] = encodedName(repository);
  return `/api/latest/projects/${key}/repos/${slug}`;
}

/** A repository's URL for git on the server with the base `url`. */
export function repositoryUrl({ url }: { url: string }, repository: string): string {
  return `${url}/scm/${encodedName(repository).join('/')}.git`;
}

/** The URL of a branch's web page on the server with the base `url`. */
export function branchUrl(url: string, repository: string, branch: string): string {
  const [key, slug] = encodedName(repository);
  return `${url}/projects/${key}/repos/${slug}/browse?at=${encodeURIComponent(`refs/heads/${branch}`)}`;
}

/** The URL of a pull request's web page on the server with the base `url`. */
export function pullRequestUrl({ url }: { url: string }, repository: string, number: number): string {
  const [key, slug] = encodedName(repository);
  return `${url}/projects/${key}/repos/${slug}/pull-requests/${number}`;
}

/** Encodes both parts for a URL's path. The tilde of a personal project stays unencoded. */
function encodedName(repository: string): [key: string, slug: string] {
  const [key = '', slug = ''] = repository.split('/').map(pathSegment);
  return [key, slug];
}

/** The branch name in a full ref name. Other ref names are returned unchanged. */
export function branchName(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

/** A commit id; null for the all-zero id, which means no commit. */
export function commitIn(hash: string | null | undefined): string | null {
  return hash && !/^0+$/.test(hash) ? hash : null;
}
