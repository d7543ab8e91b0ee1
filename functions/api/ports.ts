import type { Integration } from '../../shared/domain/integration.ts';
import type {
  BuildPermits,
  Clock,
  ConnectGitHost,
  DeploymentFacts,
  EffectQueue,
  EnvironmentRights,
  Environments,
  FinishedActivities,
  Integrations,
  Log,
  MessageFailures,
  Projects,
  Secrets,
} from '../../shared/ports.ts';

/** Reads what workers wrote with `ActivityLog`. */
export interface ActivityLogReader {
  /** The log's lines so far, each a JSON document with `data`; none before the first was written. */
  read(project: string, activity: string): Promise<string[]>;
}

/** The pages that published sites have for what they do not have. */
export interface ErrorPages {
  /** The site's own, as HTML; null when it has none that can be shown. */
  of(site: string): Promise<string | null>;
}

/** A project's mirror by links that open its objects for some minutes, to whoever has them. */
export interface LinkedMirror {
  /** The JSON document with the mirror's `heads`: reference → commit. */
  manifest: string;
  /** The chain, oldest first. */
  bundles: { key: string; bytes: number; created_at: string; href: string }[];
}

export interface MirrorLinks {
  /** Null before anything was mirrored. */
  of(project: string): Promise<LinkedMirror | null>;
}

/** A message that nobody could process, as it lies in a dead-letter queue. */
export interface DeadLetter {
  /** The message's own id, under which its failure is remembered. */
  id: string;
  /** In `prune` are ticks of the schedule. */
  queue: 'events' | 'activities' | 'prune';
  body: string;
  sent_at: string;
  /** What the scheduler says that it could not deliver it for. */
  undelivered: string | null;
}

/** The dead letters of all queues. They are looked at by taking them out for some seconds: others may see none then. */
export interface DeadLetters {
  list(): Promise<{ letters: DeadLetter[]; hasMore: boolean }>;
  /**
   * Sends each to its queue again and then takes it away; answers with those that were there.
   * @throws BoughError refused, for what has no queue to be sent to; then nothing is sent
   */
  replay(ids: readonly string[]): Promise<DeadLetter[]>;
  /** Takes each away; answers with those that were there. */
  drop(ids: readonly string[]): Promise<DeadLetter[]>;
}

/** Everything that the management API needs. */
export interface ApiPorts {
  projects: Projects;
  integrations: Integrations;
  environments: Environments;
  finished: FinishedActivities;
  secrets: Secrets;
  connect: ConnectGitHost;
  effects: EffectQueue;
  deadLetters: DeadLetters;
  failures: Pick<MessageFailures, 'get'>;
  logs: ActivityLogReader;
  errorPages: ErrorPages;
  mirrorLinks: MirrorLinks;
  permits: BuildPermits;
  rights: EnvironmentRights;
  deployment: DeploymentFacts;
  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void>;
  /** The machine name of the environment with this id. */
  machineName(environment: string): string;
  log: Log;
  hookUrl(integration: Integration): string;
  /** Where git finds an integration's repository. */
  repositoryUrl(integration: Integration): string;
  /** The API's public base URL, without a trailing slash. */
  apiUrl: string;
  /** The AWS region that everything is in. */
  region: string;
  /** Where sites are, as `siteUrl` takes it. */
  sitesUrl: string;
  clock: Clock;
  newId: () => string;
  newWebhookSecret: () => string;
  newLogKey: () => string;
}
