import type { Bitbucket } from '../bitbucket.ts';
import { encodePath, link, type Resource } from '../resources.ts';
import type { Account, Repository } from '../store/records.ts';

/** The first character of a personal project's key. */
const PERSONAL = '~';

/** The page of a project; a personal project has the page of its owner. */
function projectUrl({ serverUrl }: Bitbucket, key: string): string {
  return key.startsWith(PERSONAL) ? `${serverUrl}/users/${key.slice(1)}` : `${serverUrl}/projects/${key}`;
}

/** The page of a repository. */
export function repositoryUrl(bitbucket: Bitbucket, repository: Repository): string {
  return `${projectUrl(bitbucket, repository.workspace)}/repos/${repository.slug}`;
}

/** An account as a user. */
export function userResource({ store, serverUrl }: Bitbucket, { name }: Account): Resource {
  return {
    name,
    emailAddress: `${name}@example.com`,
    id: store.numberOf('user', name),
    displayName: name,
    active: true,
    slug: name,
    type: 'NORMAL',
    links: { self: [link(`${serverUrl}/users/${encodePath(name)}`)] },
  };
}

/** A project; every workspace of Cloud is a project of Server. */
export function projectResource(bitbucket: Bitbucket, key: string): Resource {
  const isPersonal = key.startsWith(PERSONAL);
  const name = isPersonal ? key.slice(1) : key;
  return {
    key,
    id: bitbucket.store.numberOf('project', key),
    name,
    ...(isPersonal ? {} : { public: false }),
    type: isPersonal ? 'PERSONAL' : 'NORMAL',
    ...(isPersonal ? { owner: userResource(bitbucket, { type: 'user', name }) } : {}),
    links: { self: [link(projectUrl(bitbucket, key))] },
  };
}

/** A repository in API responses and payloads. As on Server, clients must not rely on the order of the clone links. */
export function repositoryResource(bitbucket: Bitbucket, repository: Repository): Resource {
  const { store, serverUrl } = bitbucket;
  const parent = repository.parent === null ? undefined : store.findByUuid(repository.parent);
  const path = `${repository.workspace}/${repository.slug}.git`;
  return {
    slug: repository.slug,
    id: store.numberOf('repository', repository.uuid),
    name: repository.name,
    // A fork has the hierarchy of its origin.
    hierarchyId: hierarchyOf(bitbucket, repository),
    ...(repository.description === '' ? {} : { description: repository.description }),
    scmId: 'git',
    state: 'AVAILABLE',
    statusMessage: 'Available',
    forkable: true,
    ...(parent === undefined ? {} : { origin: repositoryResource(bitbucket, parent) }),
    project: projectResource(bitbucket, repository.workspace),
    public: false,
    archived: false,
    links: {
      clone: [
        { href: `ssh://git@${new URL(serverUrl).hostname}:7999/${path}`, name: 'ssh' },
        { href: `${serverUrl}/scm/${path}`, name: 'http' },
      ],
      self: [link(`${repositoryUrl(bitbucket, repository)}/browse`)],
    },
  };
}

function hierarchyOf(bitbucket: Bitbucket, repository: Repository): string {
  const parent = repository.parent === null ? undefined : bitbucket.store.findByUuid(repository.parent);
  return parent === undefined
    ? repository.uuid.replace(/[{}-]/g, '').slice(0, 20)
    : hierarchyOf(bitbucket, parent);
}
