import { accountResource, workspaceResource } from './accounts.ts';
import { type Bitbucket, link } from './bitbucket.ts';
import { readBranch, readHead } from './refs.ts';
import { fullName, type Repository } from './state.ts';

type Resource = Record<string, unknown>;

export function repositoryApiUrl(bitbucket: Bitbucket, repository: Repository): string {
  return `${bitbucket.apiUrl}/repositories/${fullName(repository)}`;
}

export function repositoryHtmlUrl(bitbucket: Bitbucket, repository: Repository): string {
  return `${bitbucket.url}/${fullName(repository)}`;
}

export function cloneUrl(bitbucket: Bitbucket, repository: Repository): string {
  return `${repositoryHtmlUrl(bitbucket, repository)}.git`;
}

function commonLinks(bitbucket: Bitbucket, repository: Repository) {
  return {
    self: link(repositoryApiUrl(bitbucket, repository)),
    html: link(repositoryHtmlUrl(bitbucket, repository)),
    avatar: link(`${bitbucket.url}/ravatar/${encodeURIComponent(repository.uuid)}?ts=default`),
  };
}

/** The short form, inside other resources. */
export function repositoryReference(bitbucket: Bitbucket, repository: Repository): Resource {
  return {
    type: 'repository',
    full_name: fullName(repository),
    links: commonLinks(bitbucket, repository),
    name: repository.name,
    uuid: repository.uuid,
  };
}

/** The form in webhook payloads, which never has a main branch or a slug. */
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

/** The main branch; undefined while the repository has no commits, as Bitbucket says `null` then. */
export async function readMainBranch(
  bitbucket: Bitbucket,
  repository: Repository,
): Promise<string | undefined> {
  const directory = bitbucket.store.gitDirectory(repository);
  const head = await readHead(bitbucket.git, directory);
  return (await readBranch(bitbucket.git, directory, head)) === undefined ? undefined : head;
}

export async function repositoryResource(bitbucket: Bitbucket, repository: Repository): Promise<Resource> {
  const api = repositoryApiUrl(bitbucket, repository);
  const mainBranch = await readMainBranch(bitbucket, repository);
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
      ...commonLinks(bitbucket, repository),
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
