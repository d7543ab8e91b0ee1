import type { Activity } from '../activities/activity.ts';
import type { RefusedDeliveries } from '../deliveries/refused-deliveries.ts';
import { defaultPruneLimit, type HeldBack, type PruneLimit } from '../rules/prune-limit.ts';

/** The options of an integration; docs/options.md describes them for users. */
export interface IntegrationOptions {
  fetch_branches: boolean;
  prune_branches: boolean;
  /** How many hours an active environment is kept after the deletion of its branch. */
  prune_grace_hours: number;
  /** Deletions above this limit are held back until a user confirms them. */
  prune_limit: PruneLimit;
  build_pull_requests: boolean;
  pull_requests_clone_parent_data: boolean;
  resync_pull_requests: boolean;
  /** The resources of a new environment; with `manual` a user chooses them for each environment. */
  environment_init_resources: Resources | 'manual';
  /** Code of forks is untrusted: `approved` deploys a commit of a fork only after the approval of an administrator. */
  build_fork_pull_requests: 'never' | 'approved' | 'always';
  /** Whether the status pages of environments and the project's board exist, which people open by a link. */
  public_pages: boolean;
  /** The most pages of open pull requests that are read; null for all. */
  pull_requests_max_pages: number | null;
}

/** The size that an environment runs with; its `.bough/deploy` interprets the value. */
export type Resources = 'default' | 'minimum' | 'parent';

/** The options of a new integration. */
export const defaultOptions: IntegrationOptions = {
  fetch_branches: true,
  prune_branches: true,
  prune_grace_hours: 0,
  prune_limit: defaultPruneLimit,
  build_pull_requests: true,
  pull_requests_clone_parent_data: true,
  resync_pull_requests: false,
  environment_init_resources: 'default',
  build_fork_pull_requests: 'approved',
  public_pages: true,
  pull_requests_max_pages: null,
};

/** Turns prune-branches off when fetch-branches is off: nothing would create the deleted environments again. */
export function coerceOptions(options: IntegrationOptions): IntegrationOptions {
  return { ...options, prune_branches: options.prune_branches && options.fetch_branches };
}

/** The reason for which the environment of a deleted branch is kept; null when it is deleted. */
export function whyNotPruned({
  fetch_branches,
  prune_branches,
}: Pick<IntegrationOptions, 'fetch_branches' | 'prune_branches'>): string | null {
  if (!fetch_branches) return 'fetch-branches is off';
  return prune_branches ? null : 'prune-branches is off';
}

const forks = ['never', 'approved', 'always'] as const;

/** True when the new options admit branches or pull requests that the old ones excluded, so that a fetch is needed. */
export function fetchesMore(after: IntegrationOptions, before: IntegrationOptions): boolean {
  const isOn = (option: 'fetch_branches' | 'prune_branches' | 'build_pull_requests') =>
    after[option] && !before[option];
  return (
    isOn('fetch_branches') ||
    isOn('prune_branches') ||
    isOn('build_pull_requests') ||
    forks.indexOf(after.build_fork_pull_requests) > forks.indexOf(before.build_fork_pull_requests) ||
    (before.environment_init_resources === 'manual' && after.environment_init_resources !== 'manual') ||
    (after.pull_requests_max_pages ?? Infinity) > (before.pull_requests_max_pages ?? Infinity)
  );
}

/** The kind of Bitbucket, and the public part of the credentials; the secret part is encrypted. */
export type Access =
  | { type: 'bitbucket'; app_credentials: { key: string } }
  | {
      type: 'bitbucket_server';
      /** The server's base URL, with its context path if it has one, without a trailing slash. */
      url: string;
      username: string;
    };

/** A project's link to one Bitbucket repository. */
export type Integration = IntegrationCore & Access;

interface IntegrationCore extends IntegrationOptions {
  id: string;
  project: string;
  /** `owner/name`; on a server `PROJECT/name`, where a personal project is `~user`. */
  repository: string;
  /** Bitbucket's own id of the repository, which survives renames and transfers. */
  repository_uuid: string;
  /** Ciphertext of the OAuth consumer's secret, or of the access token. */
  sealed_credentials: string;
  /** Ciphertext of the secret that signs this integration's webhooks. */
  sealed_webhook_secret: string;
  /** Ciphertext of the key that signs links to logs and pages; null in records from before such links. */
  sealed_log_key: string | null;
  activities: Activity[];
  /** Earlier integrations of the project whose environments this one adopts. */
  adopts: string[];
  /** The deletions above the limit that the last prune or fetch found; null for none. */
  held_back: HeldBack | null;
  /** The time of the last delivery, exact to 10 minutes; null before the first. */
  last_delivery_at: string | null;
  /** Null as long as every delivery had a valid signature. */
  refused_deliveries: RefusedDeliveries | null;
  created_at: string;
  updated_at: string;
  version: number;
}

/** The path of an integration's webhook, below the management API's URL. */
export function hookPath({ project, id }: Pick<Integration, 'project' | 'id'>): string {
  return `/projects/${project}/integrations/${id}/hook`;
}
