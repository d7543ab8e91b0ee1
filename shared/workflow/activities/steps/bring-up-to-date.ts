import { dataSource, futureDataSource } from '../../../domain/environments/data-source.ts';
import { copiesData, type Environment, mirrorRef } from '../../../domain/environments/environment.ts';
import type { MirrorState } from '../../../domain/mirror/mirror.ts';
import { bundlesFor } from '../../../domain/mirror/mirror-chain.ts';
import { explainWait, shouldBeActive, type Wait, waitsFor } from '../../../domain/rules/waiting.ts';
import { reportOfProgress } from '../../../domain/statuses/status-reports.ts';
import { shortCommit } from '../../../domain/values/commit.ts';
import { withoutAccount } from '../../../domain/values/redact.ts';
import { BoughError, explain, isWait } from '../../../errors.ts';
import { publishRule } from '../../access/steps/publish-rules.ts';
import { nameCollisionOf } from '../../environments/steps/name-collision.ts';
import { readDataLineage } from '../../environments/steps/read-ancestors.ts';
import { requireSameRepository } from '../../integrations/steps/follow-repository.ts';
import { mirrorRefs } from '../../mirror/steps/mirror-refs.ts';
import { sendStatus } from '../../statuses/steps/send-status.ts';
import { type ConnectedRun, cancelled, type Step, succeeded } from './activity-run.ts';
import { type ClosedFork, openPullRequest, type Reading, readSource } from './read-source.ts';
import { startBuild } from './start-build.ts';

/** Mirrors the present commit of the environment's source, and deploys it if the environment is active. */
export async function bringUpToDate(run: ConnectedRun): Promise<Step> {
  const { environment, activity, integration } = run;
  const reading = await readSource(run);
  if (reading === 'ended') {
    await requireSameRepository(run.host, integration);
    const because = `pull request #${environment.pull_request?.number} is not open any more`;
    return { ...cancelled(activity, because), gone: true };
  }
  if ('closed' in reading) return forkIsClosed(run, reading);
  const { commit } = reading;
  if (!commit) return sourceIsGone(run);
  const wait = shouldBeActive(environment) ? waitsFor(environment, commit, integration) : null;
  // An unapproved commit of a fork stays out of the mirror, which every build of the project restores.
  if (wait === 'approval') return waiting(run, wait, commit);
  const mirror = await mirrorCommit(run, commit, reading);
  if (wait) return waiting(run, wait, commit);
  if (environment.status === 'inactive') {
    return succeeded(activity, `${environment.id} is at ${shortCommit(commit)}`, commit);
  }
  return deploy(run, commit, mirror);
}

function waiting({ environment, activity }: ConnectedRun, wait: Wait, commit: string): Step {
  const waits = explainWait(environment, wait, commit);
  return { ...succeeded(activity, waits, commit), waits };
}

async function mirrorCommit(
  { ports, environment, say }: ConnectedRun,
  commit: string,
  { source }: Reading,
): Promise<MirrorState> {
  const change = { set: new Map([[mirrorRef(environment), commit]]) };
  const lines: string[] = [];
  const mirror = await mirrorRefs(ports, environment.project, source, change, (line) => lines.push(line));
  say(...lines.map((line) => `  ${line}`), `The mirror has ${shortCommit(commit)}`);
  return mirror;
}

async function deploy(run: ConnectedRun, commit: string, mirror: MirrorState): Promise<Step> {
  const { ports, environment, activity, integration } = run;
  const clone_data = copiesData(environment, activity, integration);
  if (environment.deployment?.commit === commit && !clone_data && !activity.requested) {
    return succeeded(activity, `${shortCommit(commit)} is deployed already`, commit);
  }
  const namesake = await nameCollisionOf(ports, environment);
  if (namesake) return nameIsTaken(run, commit, namesake);
  const build = {
    action: 'deploy' as const,
    environment,
    activity: { ...activity, clone_data },
    commit,
    bundles: bundlesFor(mirror, commit),
  };
  try {
    const above = clone_data ? await readDataLineage(ports.environments, environment) : [];
    const data_from = clone_data ? await findData(run, above) : environment.parent;
    await publishRule(ports, environment, above);
    await startBuild(ports, { ...build, data_from });
  } catch (error) {
    // The retries meet the same obstacle many times; it is reported once.
    if (isWait(error) && activity.delay?.because !== explain(error))
      await reportProgress(run, commit, `Waiting: ${withoutAccount(error.message)}`);
    throw error;
  }
  await reportProgress(run, commit);
  return 'building';
}

/** The failure counts as an attempt at the commit, because a retry would have the same result. */
function nameIsTaken(
  { ports, environment, activity }: ConnectedRun,
  commit: string,
  { id }: Environment,
): Step {
  const name = ports.machineName(environment.id);
  const because = `${id} has the machine name ${name}, and with it the site and the data: give the branch another name`;
  return { activity: activity.id, commit, ending: { result: 'failure', because } };
}

/** @throws BoughError data_not_ready while the first deployment above produces the data */
async function findData(
  { environment, say }: ConnectedRun,
  others: readonly Environment[],
): Promise<string | null> {
  const future = futureDataSource(environment, others);
  if (future)
    throw new BoughError(
      'data_not_ready',
      `${future.id} is being deployed for the first time, and its data is copied afterwards.`,
    );
  const source = dataSource(environment, others);
  if (!source) say('There is no data to copy: nothing above this environment is deployed');
  else if (source.id !== environment.parent) say(`${environment.parent} has no data: ${source.id} has`);
  return source?.id ?? null;
}

/** A permission may be missing for a short time only, so the scheduled prune retries, with growing pauses. */
function forkIsClosed({ activity }: ConnectedRun, { closed, commit }: ClosedFork): Step {
  return {
    activity: activity.id,
    reported_commit: commit ?? undefined,
    ending: { result: 'failure', because: `The fork cannot be read: ${closed}` },
    setback: true,
  };
}

async function sourceIsGone(run: ConnectedRun): Promise<Step> {
  const { environment, activity } = run;
  const link = environment.pull_request;
  if (!link) {
    // A late event created the environment, which never had a commit.
    const gone = environment.head_commit === null;
    return { ...cancelled(activity, `there is no branch ${environment.id} in the repository`), gone };
  }
  const isOpen = await openPullRequest(run, link);
  const because = `there is no branch ${link.source_branch} in ${link.fork?.repository ?? 'the repository'}`;
  if (!isOpen) return { ...cancelled(activity, because), gone: true };
  // Record the announced commit as attempted, or every prune retries it.
  return {
    ...cancelled(activity, `${because}; pull request #${link.number} keeps its environment while it is open`),
    commit: activity.commit ?? undefined,
  };
}

/** Reports the commit as in progress. A failure to report does not stop the deployment. */
async function reportProgress(
  { ports, environment, integration, activity, host }: ConnectedRun,
  commit: string,
  description?: string,
): Promise<void> {
  const { project, id } = environment;
  const report = reportOfProgress(environment, { id: activity.id, delay: null }, commit);
  try {
    await sendStatus(
      ports,
      project,
      { ...report, description: description ?? report.description },
      async () => ({ integration, host }),
      environment,
    );
  } catch (error) {
    ports.log.warn('status not reported', { project, environment: id, activity: activity.id, error });
  }
}
