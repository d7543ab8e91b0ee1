import type { Board, Integration as Resource } from '../../../shared/api/integration.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import type { Deletion } from '../../../shared/domain/projects/project.ts';
import { link, projectUrl } from './links.ts';

/**
 * The view of an integration. Secrets are write-only: of the credentials it has only the key or the user's name.
 * @param deletion the deletion of its project, which deletes the integration too
 */
export function integrationView(
  integration: Integration,
  apiUrl: string,
  deletion: Deletion | null = null,
): Resource {
  const self = urlOf(integration, apiUrl);
  return {
    id: integration.id,
    created_at: integration.created_at,
    updated_at: integration.updated_at,
    role: '',
    ...accessView(integration),
    fetch_branches: integration.fetch_branches,
    prune_branches: integration.prune_branches,
    prune_grace_hours: integration.prune_grace_hours,
    prune_limit: integration.prune_limit,
    held_back: integration.held_back,
    build_pull_requests: integration.build_pull_requests,
    pull_requests_clone_parent_data: integration.pull_requests_clone_parent_data,
    resync_pull_requests: integration.resync_pull_requests,
    environment_init_resources: integration.environment_init_resources,
    build_fork_pull_requests: integration.build_fork_pull_requests,
    public_pages: integration.public_pages,
    last_delivery_at: integration.last_delivery_at,
    _links: {
      self: link(self),
      activities: link(`${self}/activities`),
      board: link(`${self}/board`),
      '#hook': link(`${self}/hook`),
      ...(deletion ? {} : operationLinks(self)),
    },
  };
}

/** The view of the address of a project's board; `path` is null without a board. */
export function boardView(integration: Integration, path: string | null, apiUrl: string): Board {
  const url = path && apiUrl + path;
  return { url, _links: { self: link(`${urlOf(integration, apiUrl)}/board`) } };
}

function urlOf({ project, id }: Integration, apiUrl: string): string {
  return `${projectUrl(apiUrl, project)}/integrations/${id}`;
}

function operationLinks(self: string) {
  return {
    '#hook-secret': link(`${self}/hook-secret`),
    '#edit': link(self),
    '#delete': link(self),
    '#validate': link(`${self}/validate`),
    '#prune': link(`${self}/prune`),
    '#renew-links': link(`${self}/renew-links`),
  };
}

/** The fields of one type of integration. A server's project and repository are two fields, as in Upsun's API. */
function accessView(integration: Integration) {
  if (integration.type === 'bitbucket') {
    const { type, repository, app_credentials, pull_requests_max_pages } = integration;
    return { type, repository, app_credentials: { key: app_credentials.key }, pull_requests_max_pages };
  }
  const { type, url, username } = integration;
  const [project = '', repository = ''] = integration.repository.split('/');
  return { type, url, username, project, repository };
}
