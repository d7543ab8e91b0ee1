import type { PullRequest } from '../../../shared/domain/deliveries/source-event.ts';
import type { GitHost } from '../../../shared/ports/git-host.ts';
import type { WebhookFormat } from '../../../shared/ports/webhook-format.ts';

/** Somebody's webhook as a person sees it on Bitbucket. */
export interface SeenWebhook {
  url: string;
  active: boolean;
  events: string[];
}

/** A build status as a person sees it on Bitbucket. */
export interface SeenStatus {
  /** In Bitbucket's own words. */
  state: string;
  name: string;
  url: string;
  description: string;
}

/** What else than wrong it can be that an integration says of itself. */
export interface Claim {
  repository?: string;
  project?: string;
  secret?: string;
  /** Where Bitbucket is said to be. */
  url?: string;
}

/**
 * A Bitbucket for the contract to happen on: a real one as far as providers go, with one repository that has one
 * commit on main, and what people do there.
 */
export interface Stage {
  /** The repository's full name, as this Bitbucket writes it. */
  repository: string;
  /** The commit on main. */
  head: string;
  format: WebhookFormat;
  /** Its words for the states of a build, and the event that a webhook is last to lose. */
  words: { successful: string; failed: string; push: string };
  /** The repository as an integration sees it. */
  connect(claim?: Claim): GitHost;
  /** Commits to branches, which are made where they are missing, and pushes them at once; returns the last commit. */
  push(...branches: string[]): Promise<string>;
  deleteBranch(branch: string): Promise<void>;
  /** An empty repository; returns its full name. */
  createRepository(): Promise<string>;
  /** Gives the repository another name; returns its full name. */
  rename(name: string): Promise<string>;
  /** A fork with one more commit on the branch `fix`. */
  fork(): Promise<{ repository: string; commit: string }>;
  openPullRequest(change: { from: string; into: string; title: string; fork?: string }): Promise<number>;
  retarget(pullRequest: number, into: string): Promise<void>;
  merge(pullRequest: number): Promise<void>;
  decline(pullRequest: number): Promise<void>;
  addWebhook(url: string): Promise<void>;
  changeWebhook(url: string, change: Partial<Pick<SeenWebhook, 'active' | 'events'>>): Promise<void>;
  webhooks(): Promise<SeenWebhook[]>;
  statuses(commit: string): Promise<SeenStatus[]>;
  /** Resolves when every webhook was delivered. */
  settled(): Promise<void>;
  end(): Promise<void>;
}

/** An open pull request, as the provider tells it. */
export async function openOf(host: GitHost, number: number): Promise<PullRequest> {
  const reading = await host.pullRequest(number);
  if (reading.state !== 'open') throw new Error(`Pull request #${number} is not open`);
  return reading.pull_request;
}
