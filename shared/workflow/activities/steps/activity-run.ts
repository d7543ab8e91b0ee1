import type { Activity } from '../../../domain/activities/activity.ts';
import type { Outcome } from '../../../domain/activities/conclude.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import type { ActivityLog, FinishedActivities } from '../../../ports/activities.ts';
import type { Builder, BuildResults } from '../../../ports/builder.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { ConnectGitHost, GitHost } from '../../../ports/git-host.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import type { Log } from '../../../ports/log.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { EffectQueue } from '../../../ports/queues.ts';
import type { PublishRulesPorts } from '../../access/steps/publish-rules.ts';
import type { SecondStartPorts } from './second-start.ts';

/** The ports of an environment's activity. */
export interface RunPorts extends SecondStartPorts, Pick<PublishRulesPorts, 'siteRules'> {
  projects: Pick<Projects, 'get' | 'save'>;
  integrations: Pick<Integrations, 'get'>;
  environments: Environments;
  finished: Pick<FinishedActivities, 'get'>;
  mirrors: Mirrors;
  connect: ConnectGitHost;
  builder: Builder;
  results: BuildResults;
  effects: EffectQueue;
  activityLog: ActivityLog;
  clock: Clock;
  log: Log;
  /** The machine name of the environment with this id. */
  machineName(environment: string): string;
  /** The public URL of an activity's log. */
  logUrl(integration: Integration, activity: string): Promise<string>;
  /** The public URL of an environment's status page, as a link about one of its deployments; null when there is none. */
  statusPageUrl(integration: Integration, environment: string, activity: string): Promise<string | null>;
}

/** One activity while it runs. */
export interface Run {
  ports: RunPorts;
  environment: Environment;
  activity: Activity;
  /** The number of starts, this one included. */
  attempt: number;
  say(...lines: string[]): void;
}

/** A running activity with its connection to Bitbucket. */
export interface ConnectedRun extends Run {
  integration: Integration;
  host: GitHost;
}

/** The outcome of an activity, or `'building'` when a build was started, whose end concludes the activity. */
export type Step = Outcome | 'building';

/** The outcome of an activity that succeeded. */
export function succeeded(activity: Activity, because: string, commit?: string): Outcome {
  return { activity: activity.id, ending: { result: 'success', because }, commit };
}

/** The outcome of an activity that is not needed any more. */
export function cancelled(activity: Activity, because: string): Outcome {
  return { activity: activity.id, ending: { result: 'cancelled', because } };
}
