import type { Background } from './background.ts';
import type { Git } from './git/git.ts';
import type { RefChange } from './git/refs.ts';
import type { Account, PullRequest, Repository } from './store/records.ts';
import type { Store } from './store/store.ts';
import type { DeliveryHistory } from './webhooks/deliveries.ts';

/** Which Bitbucket Server is played: one of today, or one that lacks what came after 6.x. */
export type ServerVersion = '9.4' | 'old';

/** The parts of one running playground that both of its faces share. */
export interface Bitbucket {
  /** Where browsers and git clients find Cloud's face, without a trailing slash. */
  readonly url: string;
  /** Cloud's REST API. */
  readonly apiUrl: string;
  /** The base of the Server face, with its context path. */
  readonly serverUrl: string;
  readonly serverVersion: ServerVersion;
  readonly store: Store;
  readonly git: Git;
  readonly background: Background;
  readonly history: DeliveryHistory;
  /** Tell of every change to the webhooks of each face. */
  readonly voices: readonly Voice[];
  /** Ends calls of webhooks that are under way. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

/** What a pull request was like before somebody changed it. */
export interface Previously {
  readonly title: string;
  readonly description: string;
  readonly destination: PullRequest['destination'];
}

export type PullRequestChange =
  | { readonly kind: 'opened' | 'merged' | 'declined' | 'deleted' }
  | { readonly kind: 'commits'; readonly previousCommit: string }
  | { readonly kind: 'modified'; readonly previously: Previously };

/** How one face tells of what happened: to its own webhooks, in its own payloads. */
export interface Voice {
  /** Resolves when the webhooks are being called, not when they have answered. */
  tellPush(
    bitbucket: Bitbucket,
    repository: Repository,
    changes: readonly RefChange[],
    actor: Account,
  ): Promise<void>;
  tellPullRequest(
    bitbucket: Bitbucket,
    repository: Repository,
    pullRequest: PullRequest,
    change: PullRequestChange,
    actor: Account,
  ): void;
  /** What is said of a repository has changed, or only its main branch. */
  tellRepository(bitbucket: Bitbucket, before: Repository, after: Repository, actor: Account): void;
}

/** A link as every resource carries it. */
export function link(href: string): { href: string } {
  return { href };
}

/** Encodes each segment but keeps the slashes, as Bitbucket's links to branches do. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
