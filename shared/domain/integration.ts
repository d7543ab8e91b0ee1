import type { Activity } from './activity.ts';

/** Which of Bitbucket's changes become environments, and how. */
export interface IntegrationOptions {
  fetch_branches: boolean;
  prune_branches: boolean;
  build_pull_requests: boolean;
  pull_requests_clone_parent_data: boolean;
  resync_pull_requests: boolean;
}

export const defaultOptions: IntegrationOptions = {
  fetch_branches: true,
  prune_branches: true,
  build_pull_requests: true,
  pull_requests_clone_parent_data: true,
  resync_pull_requests: false,
};

/** Pruning without fetching would delete what nobody creates, so it follows fetch-branches. */
export function coerceOptions(options: IntegrationOptions): IntegrationOptions {
  return { ...options, prune_branches: options.prune_branches && options.fetch_branches };
}

/** A project's link to one Bitbucket repository. */
export interface Integration extends IntegrationOptions {
  id: string;
  project: string;
  type: 'bitbucket';
  /** `owner/name`. */
  repository: string;
  /** Bitbucket's own id of the repository, which survives renames and transfers. */
  repository_uuid: string;
  app_credentials: { key: string };
  /** Ciphertext of the OAuth consumer's secret. */
  sealed_credentials: string;
  /** Ciphertext of the secret that signs this integration's webhooks. */
  sealed_webhook_secret: string;
  activities: Activity[];
  created_at: string;
  updated_at: string;
  version: number;
}

/** Where an integration's webhook is, below the management API's URL. */
export function hookPath({ project, id }: Pick<Integration, 'project' | 'id'>): string {
  return `/projects/${project}/integrations/${id}/hook`;
}
