import { repositoryPath } from '../addresses.ts';
import type { Bitbucket } from '../bitbucket.ts';
import { readMainBranch } from '../git/refs.ts';
import type { Resource } from '../resources.ts';
import { link } from '../resources.ts';
import { fullName, type Repository } from '../store/records.ts';
import { accountResource, workspaceResource } from './accounts.ts';

/** The API URL of a repository. */
export function repositoryApiUrl(bitbucket: Bitbucket, repository: Repository): string {
  return `${bitbucket.apiUrl}/repositories/${fullName(repository)}`;
}

/** The page of a repository. */
export function repositoryHtmlUrl(bitbucket: Bitbucket, repository: Repository): string {
  return `${bitbucket.url}${repositoryPath(repository)}`;
}

/** The HTTP clone URL of a repository. */
export function cloneUrl(bitbucket: Bitbucket, repository: Repository): string {
  return `${repositoryHtmlUrl(bitbucket, repository)}.git`;
}

/** The links that every form of a repository has. */
export function repositoryLinks(bitbucket: Bitbucket, repository: Repository) {
  return {
    self: link(repositoryApiUrl(bitbucket, repository)),
    html: link(repositoryHtmlUrl(bitbucket, repository)),
    avatar: link(`${bitbucket.url}/ravatar/${encodeURIComponent(repository.uuid)}?ts=default`),
  };
}

/** The short form of a repository, inside other resources. */
export function repositoryReference(bitbucket: Bitbucket, repository: Repository): Resource {
  return {
    type: 'repository',
    full_name: fullName(repository),
    links: repositoryLinks(bitbucket, repository),
    name: repository.name,
    uuid: repository.uuid,
  };
}

/** A repository in webhook payloads, which contain neither its main branch nor its slug. */
export function repositoryInPayload(bitbucket: Bitbucket, repository: Repository): Resource {
  const parent = repository.parent === null ? undefined : bitbucket.store.findByUuid(repository.parent);
  return {
    ...repositoryReference(bitbucket, repository),
    scm: 'git',
    website: null,
    owner: accountResource(bitbucket, { type: 'team', name: repository.workspace }),
    workspace: workspaceResource(bitbucket, repository.workspace),
    is_private: true,
    parent: parent === undefined ? null : repositoryReference(bitbucket, parent),
  };
}

/** A repository in API responses. */
export async function repositoryResource(bitbucket: Bitbucket, repository: Repository): Promise<Resource> {
  const api = repositoryApiUrl(bitbucket, repository);
  const directory = bitbucket.store.gitDirectory(repository);
  const mainBranch = await readMainBranch(bitbucket.git, directory);
  return {
    ...repositoryInPayload(bitbucket, repository),
    slug: repository.slug,
    description: repository.description,
    mainbranch: mainBranch === undefined ? null : { type: 'branch', name: mainBranch },
    created_on: repository.createdOn,
    updated_on: repository.updatedOn,
    size: 0,
    language: '',
    has_issues: false,
    has_wiki: false,
    fork_policy: 'no_public_forks',
    links: {
      ...repositoryLinks(bitbucket, repository),
      pullrequests: link(`${api}/pullrequests`),
      commits: link(`${api}/commits`),
      forks: link(`${api}/forks`),
      watchers: link(`${api}/watchers`),
      downloads: link(`${api}/downloads`),
      hooks: link(`${api}/hooks`),
      clone: [{ name: 'https', href: cloneUrl(bitbucket, repository) }],
    },
  };
}
