import { type Bitbucket, encodePath, link } from '../bitbucket.ts';
import type { Account, Repository } from '../store/records.ts';

type Resource = Record<string, unknown>;

const PERSONAL = '~';

/** The home of a project's repositories, among people's pages: personal projects are at their owner's. */
function projectUrl({ serverUrl }: Bitbucket, key: string): string {
  return key.startsWith(PERSONAL) ? `${serverUrl}/users/${key.slice(1)}` : `${serverUrl}/projects/${key}`;
}

export function repositoryUrl(bitbucket: Bitbucket, repository: Repository): string {
  return `${projectUrl(bitbucket, repository.workspace)}/repos/${repository.slug}`;
}

export function userResource({ store, serverUrl }: Bitbucket, { name }: Account): Resource {
  return {
    name,
    emailAddress: `${name}@example.com`,
    id: store.number('user', name),
    displayName: name,
    active: true,
    slug: name,
    type: 'NORMAL',
    links: { self: [link(`${serverUrl}/users/${encodePath(name)}`)] },
  };
}

export function projectResource(bitbucket: Bitbucket, key: string): Resource {
  const isPersonal = key.startsWith(PERSONAL);
  const name = isPersonal ? key.slice(1) : key;
  return {
    key,
    id: bitbucket.store.number('project', key),
    name,
    ...(isPersonal ? {} : { public: false }),
    type: isPersonal ? 'PERSONAL' : 'NORMAL',
    ...(isPersonal ? { owner: userResource(bitbucket, { type: 'user', name }) } : {}),
    links: { self: [link(projectUrl(bitbucket, key))] },
  };
}

/** A repository as the API and the payloads show it; its clone links are by HTTP and by SSH, in no order. */
export function repositoryResource(bitbucket: Bitbucket, repository: Repository): Resource {
  const { store, serverUrl } = bitbucket;
  const parent = repository.parent === null ? undefined : store.findByUuid(repository.parent);
  const path = `${repository.workspace}/${repository.slug}.git`;
  return {
    slug: repository.slug,
    id: store.number('repository', repository.uuid),
    name: repository.name,
    // Forks share that of their origin.
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
