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

export interface SendStatusPorts {
  environments: Pick<Environments, 'get' | 'save'>;
  finished: Pick<FinishedActivities, 'get'>;
  builder: Pick<Builder, 'startedFor'>;
  log: Log;
  /** The public URL of an activity's log. */
  logUrl(integration: Integration, activity: string): Promise<string>;
}

/** Bitbucket, and the integration through which it is seen. */
export interface Place {
  integration: Integration;
  host: BuildStatuses;
}

/** A status is sent at most this many times when it changes while it is sent. */
export const mostPosts = 5;

/**
 * Shows on Bitbucket how the deployment of a commit goes. A report may be late, and another sender may be at work, so
 * the status is derived from the environment: it is read before the status is sent and once more afterwards, and a
 * status that has changed meanwhile is sent, too. The last sender of several therefore leaves the true one.
 * @param open gives Bitbucket for an environment (null: it has been deleted)
 * @param known the environment as the caller has just read it
 * @throws BoughError conflict, when the status keeps changing
 */
export async function sendStatus(
  ports: SendStatusPorts,
  project: string,
  report: Report,
  open: (environment: Environment | null) => Promise<Place>,
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
  let told: Report | null = null;
  for (let posts = 0; ; posts += 1) {
    const current = await currentReport(ports, project, environment, report);
    if (!current) return log.info('status dropped', { ...fields, because: 'it is of the past' });
    if (told && isSame(told, current)) return noteDelivered(ports, environment, told);
    if (posts === mostPosts)
      throw new BoughError('conflict', 'The build status changed each time while it was sent.');
    const place = await open(environment);
    const { activity, url, ...status } = current;
    const link =
      url && place.host.takesStatusUrl(url) ? url : await ports.logUrl(place.integration, activity);
    await place.host.reportStatus({ ...status, url: link });
    log.info('status reported', {
      ...fields,
      activity,
      integration: place.integration.id,
      state: status.state,
    });
    told = current;
    environment = await environments.get(project, report.environment);
  }
}

/** Takes the note away that the last status could not be delivered. Where somebody else writes, a prune does. */
async function noteDelivered(
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

/** The status of the report's commit as it is now; null when nothing is to be shown. */
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
    // Until its build is started, git may still say that the activity is about another commit.
    const isAbout =
      active.id !== activity &&
      sameCommit(active.commit, commit) &&
      (active.delay !== null || (await builder.startedFor(project, active.id)) === commit);
    if (isAbout) return reportOfProgress(environment, active, commit);
  }
  const last = environment?.build_status;
  if (environment && last?.commit === commit) return reportOf(environment, last);
  // The environment is at another commit by now, or has been deleted: an end stays true.
  if (state !== 'in_progress') return report;
  const ended = await finished.get(project, activity);
  if (!ended) return null;
  return reportOfEnded(environment, ended, report);
}

/** The end of an activity whose commit the environment has left behind. */
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
