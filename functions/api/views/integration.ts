import type { Integration } from '../../../shared/domain/integration.ts';
import { link, projectUrl } from './links.ts';

/** Secrets are write-only: of the credentials only the key or the user's name is shown. */
export function integrationView(integration: Integration, apiUrl: string) {
  const self = `${projectUrl(apiUrl, integration.project)}/integrations/${integration.id}`;
  return {
    id: integration.id,
    created_at: integration.created_at,
    updated_at: integration.updated_at,
    type: integration.type,
    role: '',
    ...accessView(integration),
    fetch_branches: integration.fetch_branches,
    prune_branches: integration.prune_branches,
    build_pull_requests: integration.build_pull_requests,
    pull_requests_clone_parent_data: integration.pull_requests_clone_parent_data,
    resync_pull_requests: integration.resync_pull_requests,
    environment_init_resources: integration.environment_init_resources,
    build_fork_pull_requests: integration.build_fork_pull_requests,
    last_delivery_at: integration.last_delivery_at,
    _links: {
      self: link(self),
      activities: link(`${self}/activities`),
      '#hook': link(`${self}/hook`),
      '#hook-secret': link(`${self}/hook-secret`),
      '#edit': link(self),
      '#delete': link(self),
      '#validate': link(`${self}/validate`),
    },
  };
}

/** A server's project and repository are two properties, as in Upsun's API. */
function accessView(integration: Integration) {
  if (integration.type === 'bitbucket') {
    const { repository, app_credentials } = integration;
    // All of them are read, which null stands for.
    return { repository, app_credentials: { key: app_credentials.key }, pull_requests_max_pages: null };
  }
  const [project, repository] = integration.repository.split('/');
  return { url: integration.url, username: integration.username, project, repository };
}
