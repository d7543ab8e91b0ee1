import type { Background } from './background.ts';
import type { Git } from './git/git.ts';
import type { RefChange } from './git/refs.ts';
import type { Account, PullRequest, Repository } from './store/records.ts';
import type { Store } from './store/store.ts';
import type { DeliveryHistory } from './webhooks/deliveries.ts';

/** The emulated release of Bitbucket Server: 9.4, or `old` for 6.10. */
export type ServerVersion = '9.4' | 'old';

/** State and services of one running playground, shared by Cloud and Server. */
export interface Bitbucket {
  /** Base URL of Cloud's pages and repositories, without a trailing slash. */
  readonly url: string;
  /** Base URL of Cloud's REST API. */
  readonly apiUrl: string;
  /** Base URL of Server, with its context path. */
  readonly serverUrl: string;
  readonly serverVersion: ServerVersion;
  readonly store: Store;
  readonly git: Git;
  readonly background: Background;
  readonly history: DeliveryHistory;
  /** One publisher per product; every change goes to both. */
  readonly publishers: readonly WebhookPublisher[];
  /** Aborts webhook calls in progress when the playground stops. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

/** The fields of a pull request before an update. */
export interface PreviousPullRequest {
  readonly title: string;
  readonly description: string;
  readonly destination: PullRequest['destination'];
}

/** A change of a pull request that webhooks can report. */
export type PullRequestChange =
  | { readonly kind: 'opened' | 'merged' | 'declined' | 'deleted' }
  | { readonly kind: 'commits'; readonly previousCommit: string }
  | { readonly kind: 'modified'; readonly previous: PreviousPullRequest };

/** Sends events to the webhooks of one product, in that product's payload format. */
export interface WebhookPublisher {
  /** Resolves when the webhook calls have started, not when they have been answered. */
  publishPush(
    bitbucket: Bitbucket,
    repository: Repository,
    changes: readonly RefChange[],
    actor: Account,
  ): Promise<void>;
  publishPullRequest(
    bitbucket: Bitbucket,
    repository: Repository,
    pullRequest: PullRequest,
    change: PullRequestChange,
    actor: Account,
  ): void;
  /** Also called when only the main branch has changed. */
  publishRepository(bitbucket: Bitbucket, before: Repository, after: Repository, actor: Account): void;
}
