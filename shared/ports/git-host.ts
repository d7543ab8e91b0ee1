import type { PullRequestListing, PullRequestReading } from '../domain/deliveries/pull-request.ts';
import type { Integration } from '../domain/integrations/integration.ts';
import type { WebhookState } from '../domain/integrations/webhook.ts';
import type { BuildStatus } from '../domain/statuses/build-status.ts';
import type { GitSource } from './git-source.ts';

/** The Bitbucket of one integration, with its credentials. Each provider implements this interface. */
export interface GitHost extends HostedRepository, PullRequests, BuildStatuses, Webhooks {}

/** The repository of an integration. */
export interface HostedRepository {
  repository(): Promise<{ uuid: string; full_name: string; default_branch: string | null }>;
  /** Permissions that the credentials lack, with the names that Bitbucket shows; empty when nothing is missing. */
  missingPermissions(): Promise<string[]>;
  /** The web page of a branch. */
  branchUrl(branch: string): string;
  /** Connects to the git repository, or to the named fork. */
  source(fork?: string | null): Promise<GitSource>;
}

/** The pull requests of a repository. */
export interface PullRequests {
  /** @param mostPages the most pages to read, where Bitbucket has pages of a fixed size; null for all */
  openPullRequests(mostPages: number | null): Promise<PullRequestListing>;
  pullRequest(number: number): Promise<PullRequestReading>;
}

/** The build statuses of a repository's commits. */
export interface BuildStatuses {
  /** Whether Bitbucket accepts this URL in a status; Bitbucket truncates none. */
  takesStatusUrl(url: string): boolean;
  reportStatus(status: BuildStatus): Promise<void>;
}

/** The webhooks of a repository. Webhooks with other URLs are never changed. */
export interface Webhooks {
  /** The webhook with this URL; null when there is none. */
  findWebhook(url: string): Promise<WebhookState | null>;
  /**
   * Creates or repairs the webhook with this URL.
   * @param hook.rewrite writes the secret even when the webhook seems right
   */
  ensureWebhook(hook: {
    url: string;
    secret: string;
    rewrite?: boolean;
  }): Promise<'created' | 'repaired' | 'unchanged'>;
  /** Removes the webhook with this URL; false when there is none. */
  removeWebhook(url: string): Promise<boolean>;
}

/** Connects to Bitbucket for an integration, with its credentials unsealed. */
export type ConnectGitHost = (integration: Integration) => Promise<GitHost>;
