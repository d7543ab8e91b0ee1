import { pathSegment } from '../path-segment.ts';
import type { Repository } from './schema.ts';

/** `PROJECT/name`, as far as Bitbucket tells it. */
export function fullName(repository: Repository | null | undefined): string | null {
  const { slug, project } = repository ?? {};
  if (!slug || !project?.key) return null;
  // Some payloads leave out the tilde by which the API knows a personal project.
  const isBare = project.type === 'PERSONAL' && !project.key.startsWith('~');
  return `${isBare ? '~' : ''}${project.key}/${slug}`;
}

/** Where the API has a repository, by its `PROJECT/name`. */
export function repositoryPath(repository: string): string {
  const [key, slug] = encodedName(repository);
  return `/api/latest/projects/${key}/repos/${slug}`;
}

/** Where git has a repository of the server with the base `url`. */
export function repositoryUrl({ url }: { url: string }, repository: string): string {
  return `${url}/scm/${encodedName(repository).join('/')}.git`;
}

/** The page of a branch on the server with the base `url`. */
export function branchUrl(url: string, repository: string, branch: string): string {
  const [key, slug] = encodedName(repository);
  return `${url}/projects/${key}/repos/${slug}/browse?at=${encodeURIComponent(`refs/heads/${branch}`)}`;
}

/** The tilde of a personal project stays as it is. */
function encodedName(repository: string): [key: string, slug: string] {
  const [key = '', slug = ''] = repository.split('/').map(pathSegment);
  return [key, slug];
}

/** A branch's name; any other reference is its own. */
export function branchName(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

/** Null for the zeros that stand for no commit. */
export function commitIn(hash: string | null | undefined): string | null {
  return hash && !/^0+$/.test(hash) ? hash : null;
}
