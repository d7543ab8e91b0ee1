import { encodePath } from './resources.ts';
import { fullName, type Repository } from './store/records.ts';

/** The path of a repository's page. Resources of Cloud link to it, and to the pages below it. */
export function repositoryPath(repository: Repository): string {
  return `/${fullName(repository)}`;
}

/** The path of a pull request's page. */
export function pullRequestPath(repository: Repository, id: number): string {
  return `${repositoryPath(repository)}/pull-requests/${id}`;
}

/** The path of a branch's page. */
export function branchPath(repository: Repository, name: string): string {
  return `${repositoryPath(repository)}/branch/${encodePath(name)}`;
}

/** The path of a tag's page. */
export function tagPath(repository: Repository, name: string): string {
  return `${repositoryPath(repository)}/commits/tag/${encodePath(name)}`;
}

/** The path of a commit's page. */
export function commitPath(repository: Repository, hash: string): string {
  return `${repositoryPath(repository)}/commits/${hash}`;
}

/** The path of the page with the commits that `head` has and `base` lacks. */
export function comparisonPath(repository: Repository, head: string, base: string): string {
  return `${repositoryPath(repository)}/branches/compare/${head}..${base}`;
}
