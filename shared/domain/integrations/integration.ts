import type { Activity } from '../activities/activity.ts';
import type { RefusedDeliveries } from '../deliveries/refused-deliveries.ts';
import { defaultPruneLimit, type HeldBack, type PruneLimit } from '../rules/prune-limit.ts';

/** Which of Bitbucket's changes become environments, and how. */
export interface IntegrationOptions {
  fetch_branches: boolean;
  prune_branches: boolean;
  /** How long an active environment outlives its branch, in hours. */
  prune_grace_hours: number;
  /** More deletions at once are held back until a user confirms them. */
  prune_limit: PruneLimit;
  build_pull_requests: boolean;
  pull_requests_clone_parent_data: boolean;
  resync_pull_requests: boolean;
  /** What the containers of a new environment begin with; with `manual` somebody must say so for each. */
  environment_init_resources: Resources | 'manual';
  /** Code from forks is a stranger's: `approved` deploys a commit of one only after an administrator has agreed to it. */
  build_fork_pull_requests: 'never' | 'approved' | 'always';
  /** How many pages of open pull requests are read at most; null for all of them. */
  pull_requests_max_pages: number | null;
}

/** What an environment is given to run on, for its `.bough/deploy` to make something of. */
export type Resources = 'default' | 'minimum' | 'parent';

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
  pull_requests_max_pages: null,
};

/** Pruning without fetching would delete what nobody creates, so it follows fetch-branches. */
export function coerceOptions(options: IntegrationOptions): IntegrationOptions {
  return { ...options, prune_branches: options.prune_branches && options.fetch_branches };
}

/** Why an environment stays although its branch has gone; null when it goes with the branch. */
export function whyNotPruned({
  fetch_branches,
  prune_branches,
}: Pick<IntegrationOptions, 'fetch_branches' | 'prune_branches'>): string | null {
  if (!fetch_branches) return 'fetch-branches is off';
  return prune_branches ? null : 'prune-branches is off';
}

const forks = ['never', 'approved', 'always'] as const;

/** True when the options let in what those before did not, so that it has to be fetched now. */
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

/** Which Bitbucket it is, and as who Bough comes to it; the secret part of that is sealed. */
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
  /** Ciphertext of the key that signs links to logs; null for one from before there were such links. */
  sealed_log_key: string | null;
  activities: Activity[];
  /** Earlier integrations of the project whose environments this one takes over. */
  adopts: string[];
  /** Null unless the last prune or fetch found more deletions than may be done at once. */
  held_back: HeldBack | null;
  /** When Bitbucket was last heard of, to within some minutes; null before the first delivery. */
  last_delivery_at: string | null;
  /** Null as long as every delivery had the right signature. */
  refused_deliveries: RefusedDeliveries | null;
  created_at: string;
  updated_at: string;
  version: number;
}

/** Where an integration's webhook is, below the management API's URL. */
export function hookPath({ project, id }: Pick<Integration, 'project' | 'id'>): string {
  return `/projects/${project}/integrations/${id}/hook`;
}
