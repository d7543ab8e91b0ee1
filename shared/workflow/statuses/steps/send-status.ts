import { type Activity, deploys, type Ending, running } from '../../../domain/activities/activity.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import { shouldBeActive } from '../../../domain/rules/waiting.ts';
import type { Report } from '../../../domain/statuses/build-status.ts';
import { statusOfEnding } from '../../../domain/statuses/last-status.ts';
import { readyText, reportOf, reportOfProgress, urlOf } from '../../../domain/statuses/status-reports.ts';
import { sameCommit } from '../../../domain/values/commit.ts';
import { BoughError } from '../../../errors.ts';
import type { FinishedActivities } from '../../../ports/activities.ts';
import type { Builder } from '../../../ports/builder.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { BuildStatuses } from '../../../ports/git-host.ts';
import type { Log } from '../../../ports/log.ts';
import { StoreConflict } from '../../../ports/store-conflict.ts';

/** The ports of `sendStatus`. */
export interface SendStatusPorts {
  environments: Pick<Environments, 'get' | 'save'>;
  finished: Pick<FinishedActivities, 'get'>;
  builder: Pick<Builder, 'startedFor'>;
  log: Log;
  /** The public URL of an activity's log. */
  logUrl(integration: Integration, activity: string): Promise<string>;
  /** The public URL of an environment's status page, as a link about one of its deployments; null when there is none. */
  statusPageUrl(integration: Integration, environment: string, activity: string): Promise<string | null>;
}

/** An integration, and its connection to Bitbucket. */
export interface StatusTarget {
  integration: Integration;
  host: BuildStatuses;
}

/** `sendStatus` sends at most this many statuses when the status keeps changing. */
export const mostPosts = 5;

/**
 * Sends the build status of a commit's deployment to Bitbucket. A report may be outdated, and senders may run
 * concurrently, so the status is derived from the environment. The environment is read before and after each send, and
 * a changed status is sent again. The last of several senders therefore sends the current status.
 * @param open connects to Bitbucket for the environment (null: deleted)
 * @param known the environment, when the caller has just read it
 * @throws BoughError `conflict` when the status keeps changing
 */
export async function sendStatus(
  ports: SendStatusPorts,
  project: string,
  report: Report,
  open: (environment: Environment | null) => Promise<StatusTarget>,
  known?: Environment,
): Promise<void> {
  const { environments, log } = ports;
  const fields = {
    project,
    environment: report.environment,
    activity: report.activity,
    commit: report.commit,
  };
  let environment = known ?? (await environments.get(project, report.environment));
  let sent: Report | null = null;
  for (let posts = 0; ; posts += 1) {
    const current = await currentReport(ports, project, environment, report);
    if (!current) return log.info('status dropped', { ...fields, because: 'the report is outdated' });
    if (sent && isSame(sent, current)) return clearUndelivered(ports, environment, sent);
    if (posts === mostPosts)
      throw new BoughError('conflict', 'The build status changed during every attempt to send it.');
    const target = await open(environment);
    const { activity, url: _, ...status } = current;
    const url = await linkOf(ports, target, current, environment !== null);
    await target.host.reportStatus({ ...status, url });
    log.info('status reported', {
      ...fields,
      activity,
      integration: target.integration.id,
      state: status.state,
    });
    sent = current;
    environment = await environments.get(project, report.environment);
  }
}

/**
 * The URL of a status: the environment's own, else its status page, else the log of the deployment. Bitbucket does not
 * accept every URL; a deleted environment has no page.
 */
async function linkOf(
  { statusPageUrl, logUrl }: Pick<SendStatusPorts, 'statusPageUrl' | 'logUrl'>,
  { integration, host }: StatusTarget,
  { url, environment, activity }: Report,
  exists: boolean,
): Promise<string> {
  if (url && host.takesStatusUrl(url)) return url;
  const page = exists ? await statusPageUrl(integration, environment, activity) : null;
  return page && host.takesStatusUrl(page) ? page : logUrl(integration, activity);
}

/** Clears the record of an undelivered status. On a write conflict the next prune clears the record. */
async function clearUndelivered(
  { environments }: SendStatusPorts,
  environment: Environment | null,
  { activity, commit, state }: Report,
): Promise<void> {
  const last = environment?.build_status;
  if (!environment || !last?.undelivered) return;
  if (last.activity !== activity || last.commit !== commit || last.state !== state) return;
  const build_status = { ...last, undelivered: null };
  await environments
    .save({ ...environment, build_status, version: environment.version + 1 })
    .catch((error: unknown) => {
      if (!(error instanceof StoreConflict)) throw error;
    });
}

/** The current status of the report's commit; null when the report is outdated and nothing replaces it. */
async function currentReport(
  { finished, builder }: SendStatusPorts,
  project: string,
  environment: Environment | null,
  report: Report,
): Promise<Report | null> {
  const { activity, commit, state } = report;
  const active = environment && activeDeployment(environment);
  if (environment && active) {
    if (active.id === activity && state === 'in_progress') return report;
    // Until the build starts, the activity may still move to another commit, so the builder is asked.
    const isAbout =
      active.id !== activity &&
      sameCommit(active.commit, commit) &&
      (active.delay !== null || (await builder.startedFor(project, active.id)) === commit);
    if (isAbout) return reportOfProgress(environment, active, commit);
  }
  const last = environment?.build_status;
  if (environment && last?.commit === commit) return reportOf(environment, last);
  // The environment has another commit or was deleted. A final status of the report's commit stays valid.
  if (state !== 'in_progress') return report;
  const ended = await finished.get(project, activity);
  if (!ended) return null;
  return reportOfEnded(environment, ended, report);
}

/** The final status of an activity at a commit that is no longer the environment's. */
function reportOfEnded(environment: Environment | null, ended: Activity, report: Report): Report {
  const isOfAnother = environment?.build_status?.activity === ended.id;
  const ending: Ending = isOfAnother
    ? { result: 'cancelled', because: 'another commit was deployed instead' }
    : { result: ended.result ?? 'cancelled', because: ended.because };
  const { state, description } = statusOfEnding(ending);
  const url = state === 'successful' ? urlOf(environment) : null;
  return { ...report, state, url, description: description ?? readyText(report.environment) };
}

function activeDeployment(environment: Environment) {
  const activity = running(environment.activities);
  return activity && deploys(activity) && shouldBeActive(environment) ? activity : null;
}

function isSame(one: Report, other: Report): boolean {
  return (
    one.activity === other.activity &&
    one.state === other.state &&
    one.url === other.url &&
    one.description === other.description
  );
}
