import type { PullRequest } from '../../../shared/domain/deliveries/source-event.ts';
import type { GitHost } from '../../../shared/ports/git-host.ts';
import type { WebhookFormat } from '../../../shared/ports/webhook-format.ts';

/** A webhook as Bitbucket shows it. */
export interface SeenWebhook {
  url: string;
  active: boolean;
  events: string[];
}

/** A build status as Bitbucket shows it. */
export interface SeenStatus {
  /** Bitbucket's name of the state. */
  state: string;
  name: string;
  url: string;
  description: string;
}

/** Properties of an integration that a test replaces. */
export interface Claim {
  repository?: string;
  project?: string;
  secret?: string;
  /** Base URL of Bitbucket. */
  url?: string;
}

/** A Bitbucket for the contract, with one repository that has one commit on main, and the actions of its users. */
export interface Stage {
  /** Full name of the repository. */
  repository: string;
  /** Commit on main. */
  head: string;
  format: WebhookFormat;
  /** Bitbucket's names of build states, and of the push event. */
  words: { successful: string; failed: string; push: string };
  /** Creates the provider's client for the repository. */
  connect(claim?: Claim): GitHost;
  /** Commits to branches, which are created when missing, and pushes them together. Returns the last commit. */
  push(...branches: string[]): Promise<string>;
  deleteBranch(branch: string): Promise<void>;
  /** Creates an empty repository and returns its full name. */
  createRepository(): Promise<string>;
  /** Renames the repository and returns its full name. */
  rename(name: string): Promise<string>;
  /** Creates a fork with one more commit on the branch `fix`. */
  fork(): Promise<{ repository: string; commit: string }>;
  openPullRequest(change: { from: string; into: string; title: string; fork?: string }): Promise<number>;
  retarget(pullRequest: number, into: string): Promise<void>;
  merge(pullRequest: number): Promise<void>;
  decline(pullRequest: number): Promise<void>;
  addWebhook(url: string): Promise<void>;
  changeWebhook(url: string, change: Partial<Pick<SeenWebhook, 'active' | 'events'>>): Promise<void>;
  webhooks(): Promise<SeenWebhook[]>;
  statuses(commit: string): Promise<SeenStatus[]>;
  /** Resolves when every webhook has been delivered. */
  settled(): Promise<void>;
  end(): Promise<void>;
}

/** Reads an open pull request through the provider. */
export async function openOf(host: GitHost, number: number): Promise<PullRequest> {
  const reading = await host.pullRequest(number);
  if (reading.state !== 'open') throw new Error(`Pull request #${number} is not open`);
  return reading.pull_request;
}
