import type { Bitbucket } from '../bitbucket.ts';
import { link, type Resource } from '../resources.ts';
import type { Account, Repository } from '../store/records.ts';
import type { Principal } from './credentials.ts';

/** The actor of a principal's changes: the user, or the repository's workspace for an OAuth consumer. */
export function actorOf(principal: Principal, repository: Repository): Account {
  return principal.kind === 'user'
    ? { type: 'user', name: principal.name }
    : { type: 'team', name: repository.workspace };
}

/** An account as the actor, author or owner in resources and payloads. */
export function accountResource(bitbucket: Bitbucket, account: Account): Resource {
  const { url, apiUrl, store } = bitbucket;
  const kind = account.type === 'user' ? 'user' : 'workspace';
  const uuid = store.uuidOf(kind, account.name);
  const id = encodeURIComponent(uuid);
  const collection = account.type === 'user' ? 'users' : 'workspaces';
  const common = {
    display_name: account.name,
    links: {
      self: link(`${apiUrl}/${collection}/${id}`),
      avatar: link(`${url}/account/${encodeURIComponent(account.name)}/avatar/`),
      html: link(`${url}/${id}/`),
    },
    type: account.type,
    uuid,
  };
  return account.type === 'user'
    ? { ...common, account_id: `000000:${uuid.slice(1, -1)}`, nickname: account.name }
    : { ...common, username: account.name };
}

/** A workspace as repositories contain it. */
export function workspaceResource(bitbucket: Bitbucket, slug: string): Resource {
  const { url, apiUrl, store } = bitbucket;
  return {
    type: 'workspace',
    uuid: store.uuidOf('workspace', slug),
    name: slug,
    slug,
    links: {
      avatar: link(`${url}/workspaces/${slug}/avatar/`),
      html: link(`${url}/${slug}/`),
      self: link(`${apiUrl}/workspaces/${slug}`),
    },
  };
}
