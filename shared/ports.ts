import type { Activity } from './domain/activity.ts';
import type { StatusState } from './domain/build-status.ts';
import type { Facts } from './domain/diagnose.ts';
import type { Environment } from './domain/environment.ts';
import type { Integration } from './domain/integration.ts';
import type { MirrorSize } from './domain/mirror-chain.ts';
import type { Project } from './domain/project.ts';
import type { RateBudget } from './domain/rate-budget.ts';
import type { DeliveryRefused } from './domain/refused-deliveries.ts';
import type { Route } from './domain/routes.ts';
import type { PullRequest, SourceEvent } from './domain/source-event.ts';

/** The outside world, as the use cases see it. Stores write conditionally: see `StoreConflict`. */

/** Thrown when what was read is no longer what is stored. Nothing was written: read and decide again. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';
}

export interface Projects {
  get(id: string): Promise<Project | null>;
  /** By id, a page at a time, from the one after `after` on. */
  list(after?: string): AsyncIterable<Project>;
  /** Stores `project`, whose `version` must be one more than the stored one (1 when there must be none). */
  save(project: Project): Promise<void>;
  /** Removes everything that the stores have of a project, its history too, and the project itself last. */
  erase(id: string): Promise<void>;
}

/** What is kept of projects outside of the stores: mirrors, logs and results, data, published sites. */
export interface ProjectFiles {
  /** Removes all of a project's, and tells how many objects that were. */
  purge(project: string): Promise<number>;
}

export interface Integrations {
  get(project: string, id: string): Promise<Integration | null>;
  listOf(project: string): Promise<Integration[]>;
  /** Every integration there is, for the scheduled prune. */
  all(): AsyncIterable<Integration>;
  save(integration: Integration, finished?: readonly Activity[]): Promise<void>;
  /** Removes what has exactly this `version`. */
  remove(integration: Integration, finished?: readonly Activity[]): Promise<void>;
}

export interface Environments {
  get(project: string, id: string): Promise<Environment | null>;
  listOf(project: string): Promise<Environment[]>;
  /** In the same order, a page at a time, from the one after `after` on. */
  pagesOf(project: string, after?: string): AsyncIterable<Environment>;
  /** Commits a decision in one conditional write; `version` as in `Projects.save`. `finished` is history and is written first: it may be repeated. */
  save(environment: Environment, finished?: readonly Activity[]): Promise<void>;
  /** Removes what has exactly this `version`. */
  remove(environment: Environment, finished?: readonly Activity[]): Promise<void>;
}

/** An ended activity, with whose it was. */
export interface FinishedActivity extends Activity {
  project: string;
  environment: string | null;
  integration: string | null;
}

export interface FinishedActivities {
  get(project: string, id: string): Promise<FinishedActivity | null>;
  /**
   * Newest first, a page at a time.
   * @param options.before the id, or the beginning of one, before which they were made
   * @param options.pageSize as many as are likely to be wanted
   */
  listOf(
    project: string,
    options?: { before?: string | undefined; pageSize?: number | undefined },
  ): AsyncIterable<FinishedActivity>;
}

/** What the mirror of a repository consists of: its heads, and the chain of bundles that holds their history. */
export interface MirrorState {
  heads: Map<string, string>;
  bundles: MirrorBundle[];
  /** 0 before the first commit. */
  version: number;
  /** All of it was last fetched anew as it was at `version`; the chain began with so many bundles then. */
  renewed: { version: number; bundles: number };
  /** Bundles that a renewal has replaced, each with when. */
  superseded: { key: string; at: string }[];
  /** When what nothing refers to was last removed; null in a mirror from before anybody did. */
  swept_at: string | null;
}

export interface MirrorBundle {
  key: string;
  bytes: number;
  created_at: string;
  /** The commits and tags that it was fetched for; absent when they are too many, or from before they were kept. */
  tips?: string[];
  /** The version of the mirror whose heads are its prerequisites. */
  on?: number;
}

export interface Mirrors {
  read(project: string): Promise<MirrorState>;
  /** Makes `state` the mirror's, if its version is one more than the stored one. */
  commit(project: string, state: MirrorState): Promise<void>;
  /** Stores a bundle as it streams in; nothing is left behind when the stream fails. */
  writeBundle(
    project: string,
    id: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<{ key: string; bytes: number }>;
  /** What the chain has come to, in one cheap read; null when there is no mirror. */
  size(project: string): Promise<MirrorSize | null>;
  /** Removes what was superseded before a moment, and what was stored before it and never committed; counts that. */
  sweep(project: string, moment: { now: string; before: string }): Promise<number>;
}

export interface RefListing {
  refs: Map<string, string>;
  /** The reference that HEAD names; null in an empty repository. */
  head: string | null;
  /** References whose names are not UTF-8, with U+FFFD for what cannot be read. They exist, and can be asked for by no name. */
  unreadable: Set<string>;
}

/** A repository that can be read over git's own protocol. */
export interface GitSource {
  listRefs(prefixes: readonly string[]): Promise<RefListing>;
  /** A standard git bundle, as a stream. Its prerequisites are `haves`, or the first of them: the likeliest come first. */
  fetchBundle(
    request: { refs: ReadonlyMap<string, string>; haves: readonly string[] },
    progress: (line: string) => void,
  ): Promise<AsyncIterable<Uint8Array>>;
}

/** What Bitbucket shows beside a commit. */
export interface BuildStatus {
  commit: string;
  /** The branch whose pull requests the status is for. */
  branch: string;
  /** The fork that has the commit; null for the integration's own repository. */
  fork: string | null;
  /** Null for a branch's environment. */
  pull_request: number | null;
  environment: string;
  state: StatusState;
  url: string;
  description: string;
}

/** A build status whose URL, when it is null, is that of the activity's log. */
export interface Report extends Omit<BuildStatus, 'url'> {
  activity: string;
  url: string | null;
}

/** What Bitbucket knows of a webhook of ours. */
export interface WebhookState {
  active: boolean;
  /** Events that it ought to be sent for and is not. */
  missing_events: string[];
  /** Null where Bitbucket does not tell. */
  has_secret: boolean | null;
}

/** Open pull requests; `has_more` when there are others that were not read. */
export interface PullRequestListing {
  list: PullRequest[];
  has_more: boolean;
}

/** Bitbucket's answer about a pull request. Any doubt is an error: silence ends no pull request. */
export type PullRequestReading =
  | { state: 'open'; pull_request: PullRequest }
  /** The pull request's own resource says that it was merged, declined or superseded. */
  | { state: 'ended' }
  /** The repository has none of this number: neither by itself nor in a complete listing of the open ones. */
  | { state: 'absent' };

/** Bitbucket, seen through one integration and its credentials. */
export interface GitHost {
  repository(): Promise<{ uuid: string; full_name: string; default_branch: string | null }>;
  /** Permissions that the credentials lack, in Bitbucket's own words for its users; none when all is well. */
  missingPermissions(): Promise<string[]>;
  /** At most so many pages of them, where they come in pages of a known size; null for all. */
  openPullRequests(mostPages: number | null): Promise<PullRequestListing>;
  pullRequest(number: number): Promise<PullRequestReading>;
  /** Whether a status may link to this URL: it is sent whole, or another one is. */
  takesStatusUrl(url: string): boolean;
  reportStatus(status: BuildStatus): Promise<void>;
  /** The page of a branch, for people. */
  branchUrl(branch: string): string;
  /** The webhook with this URL as Bitbucket has it; null when there is none. */
  findWebhook(url: string): Promise<WebhookState | null>;
  /**
   * Creates or repairs the webhook with this URL. Others are never touched.
   * @param hook.rewrite writes the secret even when nothing seems to be wrong with it
   */
  ensureWebhook(hook: {
    url: string;
    secret: string;
    rewrite?: boolean;
  }): Promise<'created' | 'repaired' | 'unchanged'>;
  /** Removes the webhook with this URL; false when there is none. */
  removeWebhook(url: string): Promise<boolean>;
  /** The repository over git, or the named fork of it. */
  source(fork?: string | null): Promise<GitSource>;
}

/** Opens Bitbucket for an integration, with its credentials unsealed. */
export type ConnectGitHost = (integration: Integration) => Promise<GitHost>;

/** The turn of each project for work that was interrupted before: one activity has it at a time. */
export interface SecondStarts {
  /** Takes the turn, also once more; false while another activity has it. */
  take(project: string, activity: string, moment: { now: string; until: string }): Promise<boolean>;
  /** Gives the turn back; nothing happens when the activity does not have it. */
  release(project: string, activity: string): Promise<void>;
}

/** The calls to each Bitbucket account, which all functions count together. */
export interface RateBudgets {
  /** Null for an account that was not called for hours. */
  get(account: string): Promise<RateBudget | null>;
  /** Stores a budget whose `version` is one more than the stored one (1 when there is none). */
  save(budget: RateBudget): Promise<void>;
}

/** Keeps secrets unreadable at rest, bound to what they are for. */
export interface Secrets {
  seal(purpose: SecretPurpose, integration: IntegrationKey, text: string): Promise<string>;
  open(purpose: SecretPurpose, integration: IntegrationKey, sealed: string): Promise<string>;
}
export type SecretPurpose = 'credentials' | 'webhook' | 'log';
export type IntegrationKey = Pick<Integration, 'project' | 'id'>;

/** A source event on its way to the processor. */
export interface QueuedEvent {
  project: string;
  integration: string;
  event: SourceEvent | DeliveryRefused;
  /** What brought it: a delivery, or why we made it up ourselves. */
  origin: string;
  /** The delivery's id, by which all that came of it is found in the log. */
  delivery?: string;
  /** When Bitbucket delivered it; absent for what we made up. */
  delivered_at?: string;
}

/** One HTTP call from Bitbucket, with the bytes as they came. Header names are lower-case. */
export interface Delivery {
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
  /** Ours, for one that comes without Bitbucket's. */
  id?: string;
}

/** What a delivery says, in our words. What leads to nothing has its reason, which Bitbucket shows to its users. */
export interface ParsedDelivery {
  /** Bitbucket's id of the delivery, for logs; unknown when a proxy dropped the header. */
  id: string | null;
  /** The repository that the delivery is about, as far as it says. */
  repository: { uuid: string | null; full_name: string | null };
  events: SourceEvent[];
  ignored: { because: string }[];
}

/** The pure half of a provider: it needs nothing but the bytes. */
export interface WebhookFormat {
  /** True for the provider's unsigned connection test. */
  isPing(delivery: Delivery): boolean;
  /** Throws a `BoughError` unless the delivery is signed with the secret. */
  verify(delivery: Delivery, secret: string): void;
  /** Throws a `BoughError` for a body that is not this provider's. */
  parse(delivery: Delivery): ParsedDelivery;
}

export interface EventQueue {
  send(events: readonly QueuedEvent[]): Promise<void>;
}

/** Work to do after a decision was committed. Each may be done more than once. */
export type Effect = (
  | { type: 'environment.run'; project: string; environment: string; activity: Activity; again?: boolean }
  | { type: 'integration.run'; project: string; integration: string; activity: Activity; again?: boolean }
  /** `build` is the activity that has it. */
  | { type: 'build.stop'; project: string; environment: string; build: string }
  | { type: 'status.report'; project: string; integration: string; report: Report }
  /** A branch has the environment that a pull request ought to have. */
  | { type: 'conflict.report'; project: string; integration: string; pull_request: number }
  | { type: 'mirror.tags'; project: string; integration: string }
  | { type: 'mirror.compact'; project: string; integration: string }
  | { type: 'integration.prune'; project: string; integration: string }
  /** `again` is how often it is to be repeated, each time after a while; as often as it takes if it is not said. */
  | { type: 'project.purge'; project: string; again?: number }
) & {
  /** Since when a limit or an outage delays an effect that is no activity's. */
  delayed_since?: string;
};

/** Asks for an activity to be done; `again` when it was begun before and its runner may have died. */
export type RunEffect = Extract<Effect, { activity: unknown }>;

export interface EffectQueue {
  /** @param delay seconds before anybody sees them, at most 900 */
  send(effects: readonly Effect[], delay?: number): Promise<void>;
}

/** Why a message of a queue could not be processed, the last time that it was tried. */
export interface MessageFailure {
  /** An error's permanent code; `internal` for what is not ours. */
  code: string;
  because: string;
  attempts: number;
  failed_at: string;
}

export interface MessageFailures {
  record(messageId: string, attempts: number, error: unknown): Promise<void>;
  /** Null when whoever processed it ended before it could say anything. */
  get(messageId: string): Promise<MessageFailure | null>;
}

/** One run of the builder. */
export interface Build {
  action: 'deploy' | 'teardown';
  environment: Environment;
  activity: Activity;
  commit: string;
  bundles: readonly string[];
  /** The environment whose data is copied, if any is. */
  data_from: string | null;
}

export interface Builder {
  /** Starts a build; the same activity never has two. */
  start(build: Build): Promise<void>;
  /** Whether the activity's build has begun and not ended. */
  isRunning(project: string, activity: string): Promise<boolean>;
  /** The commit that the activity's build was started for; null when it was never started. */
  startedFor(project: string, activity: string): Promise<string | null>;
  /** Asks the activity's build to end; what has ended, or was never started, stays as it is. */
  stop(project: string, activity: string): Promise<void>;
}

/** What a build may reach. */
export interface BuildScope {
  project: string;
  activity: string;
  environment: string;
  /** The environment whose data it may read beside its own. */
  data_from: string | null;
}

export interface BuildPermits {
  /** What was settled for an activity's build before it was started; null for whoever does not have its permit. */
  scopeOf(project: string, activity: string, permit: string): Promise<BuildScope | null>;
}

/** What a program calls AWS with, for less than an hour. */
export interface Credentials {
  access_key_id: string;
  secret_access_key: string;
  session_token: string;
}

/** Gives out credentials that reach what is one environment's own, and nothing of any other. */
export interface EnvironmentRights {
  issue(scope: BuildScope): Promise<Credentials>;
}

/** What a build left behind. One that cannot be used is a failure which says so. */
export interface BuildResult {
  result: 'success' | 'failure';
  because: string;
  /** Set for a failure that neither the repository's scripts nor its settings have caused. */
  fault?: 'infrastructure';
  /** The one that was settled before the build, which has no say in it. */
  commit: string;
  routes: Route[];
}

export interface BuildResults {
  /** Null when the build ended without leaving one. */
  read(project: string, activity: string): Promise<BuildResult | null>;
}

/** An activity's log. Lines are seen by users while the activity runs. */
export interface ActivityLog {
  append(project: string, activity: string, lines: readonly string[]): Promise<void>;
}

/** The time, and ids that nothing else has. */
/** AWS's answers about the account and the deployment. A question that AWS does not answer is `unknown`, never an error. */
export interface DeploymentFacts {
  /** The code of the quota that `builds` reads. */
  readonly buildQuotaCode: string;
  readonly neededExecutions: number;
  builds(): Promise<Facts['builds']>;
  executions(): Promise<Facts['executions']>;
  schedule(): Promise<Facts['schedule']>;
  alarms(): Promise<Facts['alarms']>;
  deadLetters(): Promise<Facts['deadLetters']>;
}

export interface Clock {
  now(): string;
  /** An id for an activity; ids sort by their time. */
  activityId(): string;
}

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What operators see of Bough's work beside AWS's own metrics. A name says its unit: seconds, bytes, else a count. */
export type MetricName =
  | 'Decisions'
  | 'DecisionSeconds'
  | 'Activities'
  | 'ActivitySeconds'
  | 'Deployments'
  | 'DeploymentSeconds'
  | 'MirrorBytes'
  | 'MirrorSeconds'
  | 'Prunes'
  | 'HeldBack'
  | 'BitbucketCalls'
  | 'BitbucketThrottled';

export interface Metrics {
  /** Records values that belong together, under the kind that they are of. */
  record(values: Partial<Record<MetricName, number>>, kind?: Readonly<Record<string, string>>): void;
}
