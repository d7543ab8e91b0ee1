import type { Integration } from '../../../shared/domain/integration.ts';
import { link, projectUrl } from './links.ts';

/** Secrets are write-only: of the credentials only the key is shown. */
export function integrationView(integration: Integration, apiUrl: string) {
  const self = `${projectUrl(apiUrl, integration.project)}/integrations/${integration.id}`;
  return {
    id: integration.id,
    created_at: integration.created_at,
    updated_at: integration.updated_at,
    type: integration.type,
    role: '',
    repository: integration.repository,
    app_credentials: { key: integration.app_credentials.key },
    fetch_branches: integration.fetch_branches,
    prune_branches: integration.prune_branches,
    build_pull_requests: integration.build_pull_requests,
    pull_requests_clone_parent_data: integration.pull_requests_clone_parent_data,
    resync_pull_requests: integration.resync_pull_requests,
    _links: { self: link(self), activities: link(`${self}/activities`), '#hook': link(`${self}/hook`) },
  };
}
