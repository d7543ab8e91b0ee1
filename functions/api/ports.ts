import type { HashPassword } from '../../shared/domain/access/http-access.ts';
import type { Integration } from '../../shared/domain/integrations/integration.ts';
import type { FinishedActivities } from '../../shared/ports/activities.ts';
import type { ActivityLogReader } from '../../shared/ports/activity-log-reader.ts';
import type { BuildPermits, EnvironmentRights } from '../../shared/ports/builder.ts';
import type { Changes } from '../../shared/ports/changes.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DeadLetters } from '../../shared/ports/dead-letters.ts';
import type { Deliveries } from '../../shared/ports/deliveries.ts';
import type { DeploymentFacts } from '../../shared/ports/deployment-facts.ts';
import type { Environments } from '../../shared/ports/environments.ts';
import type { ConnectGitHost } from '../../shared/ports/git-host.ts';
import type { Integrations } from '../../shared/ports/integrations.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { MirrorLinks } from '../../shared/ports/mirror-links.ts';
import type { Projects } from '../../shared/ports/projects.ts';
import type { EffectQueue, MessageFailures } from '../../shared/ports/queues.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import type { SitePages } from '../../shared/ports/site-pages.ts';
import type { VariableSecrets, Variables } from '../../shared/ports/variables.ts';

/** The dependencies of the management API. */
export interface ApiPorts {
  projects: Projects;
  integrations: Integrations;
  environments: Environments;
  finished: FinishedActivities;
  changes: Changes;
  deliveries: Pick<Deliveries, 'listOf'>;
  variables: Variables;
  variableSecrets: VariableSecrets;
  secrets: Secrets;
  connect: ConnectGitHost;
  effects: EffectQueue;
  deadLetters: DeadLetters;
  failures: Pick<MessageFailures, 'get'>;
  logs: ActivityLogReader;
  sitePages: SitePages;
  mirrorLinks: MirrorLinks;
  permits: BuildPermits;
  rights: EnvironmentRights;
  deployment: DeploymentFacts;
  /** Reads the archive of the command's package; null when the deployment has none. */
  commandPackage(): Promise<Buffer | null>;
  /** Resolves after a number of milliseconds. */
  pause(ms: number): Promise<void>;
  /** The machine name of the environment with this id. */
  machineName(environment: string): string;
  log: Log;
  hookUrl(integration: Integration): string;
  /** The URL from which git clones an integration's repository. */
  repositoryUrl(integration: Integration): string;
  /** The URL of a pull request's web page. */
  pullRequestUrl(integration: Integration, number: number): string;
  /** The API's public base URL, without a trailing slash. */
  apiUrl: string;
  /** The AWS region of the deployment. */
  region: string;
  /** The base URL of published sites, as `siteUrl` expects it. */
  sitesUrl: string;
  clock: Clock;
  newId: () => string;
  newWebhookSecret: () => string;
  newLogKey: () => string;
  hashPassword: HashPassword;
  /** The text by which the distribution of sites identifies its requests for error pages. */
  distributionKey: string;
}
