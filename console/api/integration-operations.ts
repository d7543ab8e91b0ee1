import { AcceptedIntegration } from '../../shared/api/accepted.ts';
import { HookSecret, PrunePreview, RemovedIntegration } from '../../shared/api/integration.ts';
import type { Api } from './client.ts';
import { path } from './path.ts';

/** The ids that name an integration. */
export interface IntegrationId {
  readonly project: string;
  readonly id: string;
}

/** The operations on integrations. */
export const integrationOperations = {
  add: (api: Api, project: string, input: object) =>
    api.post(path`/projects/${project}/integrations`, input, AcceptedIntegration),
  change: (api: Api, integration: IntegrationId, input: object) =>
    api.patch(pathOf(integration), input, AcceptedIntegration),
  remove: (api: Api, integration: IntegrationId) => api.delete(pathOf(integration), RemovedIntegration),
  /** Fails with a message for each field that is not valid. */
  validate: (api: Api, integration: IntegrationId) =>
    api.post(`${pathOf(integration)}/validate`, {}, AcceptedIntegration),
  previewPrune: (api: Api, integration: IntegrationId) =>
    api.post(`${pathOf(integration)}/prune`, { dry_run: true }, PrunePreview),
  /** `confirm` is the digest of the deletions that are held back, which the user has seen. */
  prune: (api: Api, integration: IntegrationId, input: { confirm?: string }) =>
    api.post(`${pathOf(integration)}/prune`, input, AcceptedIntegration),
  /** Ends all links to the board, to status pages and to logs. */
  renewLinks: (api: Api, integration: IntegrationId) =>
    api.post(`${pathOf(integration)}/renew-links`, {}, AcceptedIntegration),
  hookSecret: (api: Api, integration: IntegrationId) =>
    api.post(`${pathOf(integration)}/hook-secret`, {}, HookSecret),
};

function pathOf({ project, id }: IntegrationId): string {
  return path`/projects/${project}/integrations/${id}`;
}
