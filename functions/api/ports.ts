import type { Integration } from '../../shared/domain/integration.ts';
import type {
  Clock,
  ConnectGitHost,
  EffectQueue,
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
  /** The log's lines so far, each a JSON document; none before the first was written. */
  read(project: string, activity: string): Promise<string[]>;
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
  queue: 'events' | 'activities';
  body: string;
  sent_at: string;
}

/** The dead letters of both queues. They are looked at by taking them out for some seconds: others may see none then. */
export interface DeadLetters {
  list(): Promise<{ letters: DeadLetter[]; hasMore: boolean }>;
  /** Sends each to its queue again and then takes it away; answers with those that were there. */
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
  mirrorLinks: MirrorLinks;
  log: Log;
  hookUrl(integration: Integration): string;
  /** Where git finds an integration's repository. */
  repositoryUrl(integration: Integration): string;
  /** The API's public base URL, without a trailing slash. */
  apiUrl: string;
  /** The AWS region that everything is in. */
  region: string;
  /** The base URL of published sites, without a trailing slash. */
  sitesUrl: string;
  clock: Clock;
  newId: () => string;
  newWebhookSecret: () => string;
  newLogKey: () => string;
}
