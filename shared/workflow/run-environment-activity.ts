import { type Activity, running } from '../domain/activity.ts';
import type { Outcome } from '../domain/conclude.ts';
import { copiesData, type Environment, isNew, mirrorRef, sourceRef } from '../domain/environment.ts';
import type { Integration } from '../domain/integration.ts';
import { short } from '../domain/source-event.ts';
import type {
  ActivityLog,
  Builder,
  Clock,
  ConnectGitHost,
  EffectQueue,
  Environments,
  GitHost,
  Integrations,
  Log,
  Mirrors,
} from '../ports.ts';
import { runAgain } from './commit-decision.ts';
import { concludeActivity } from './conclude-activity.ts';
import { mirrorRefs } from './mirror-refs.ts';

export interface Ports {
  integrations: Pick<Integrations, 'get'>;
  environments: Environments;
  mirrors: Mirrors;
  connect: ConnectGitHost;
  builder: Builder;
  effects: EffectQueue;
  activityLog: ActivityLog;
  clock: Clock;
  log: Log;
  /** The public URL of an activity's log. */
  logUrl(project: string, activity: string): string;
}

/** What is needed while one activity runs. */
interface Run {
  ports: Ports;
  environment: Environment;
  activity: Activity;
  integration: Integration;
  host: GitHost;
  say(line: string): Promise<void>;
}

/** `'building'` when the builder was started, whose end will conclude the activity. */
type Step = Outcome | 'building';

/**
 * Does an environment's activity, up to where the builder takes over. The environment is read again first, and
 * then git or the pull request: what is built or destroyed is what is true now, not what a message once said.
 */
export function runEnvironmentActivity(ports: Ports) {
  return async (project: string, id: string, { id: activityId }: Pick<Activity, 'id'>): Promise<void> => {
    const environment = await ports.environments.get(project, id);
    const activity = running(environment?.activities ?? []);
    if (!environment || activity?.id !== activityId) {
      const because = 'it has ended already';
      ports.log.info('activity ignored', { project, environment: id, activity: activityId, because });
      await runAgain(ports.effects, environment);
      return;
    }
    const integration = await ports.integrations.get(project, environment.integration);
    const conclude = concludeActivity(ports);
    if (!integration) {
      await conclude(project, id, cancelled(activity, 'its integration has been removed'));
      return;
    }
    const run: Run = {
      ports,
      environment,
      activity,
      integration,
      host: await ports.connect(integration),
      say: (line) => ports.activityLog.append(project, activity.id, [line]),
    };
    const step = await (activity.type === 'environment.delete' ? remove(run) : bringUpToDate(run));
    if (step === 'building') return;
    await run.say(step.ending.because);
    await conclude(project, id, step);
  };
}

async function bringUpToDate(run: Run): Promise<Step> {
  const { ports, environment, activity, host } = run;
  const number = environment.pull_request?.number;
  if (number && isNew(environment) && !(await host.openPullRequest(number))) {
    return { ...cancelled(activity, `pull request #${number} is not open any more`), gone: true };
  }
  const ref = sourceRef(environment);
  await run.say(`Reading ${ref} from Bitbucket`);
  const source = await host.source();
  const commit = (await source.listRefs([ref])).refs.get(ref);
  if (!commit) return await sourceIsGone(run);

  const change = { set: new Map([[mirrorRef(environment), commit]]) };
  const lines: string[] = [];
  const mirror = await mirrorRefs(ports, environment.project, source, change, (line) => lines.push(line));
  await ports.activityLog.append(environment.project, activity.id, [
    ...lines.map((line) => `  ${line}`),
    `The mirror has ${short(commit)}`,
  ]);

  if (environment.status === 'inactive')
    return succeeded(activity, `${environment.id} is at ${short(commit)}`, commit);
  const clone_data = copiesData(environment, activity, run.integration);
  if (environment.deployment?.commit === commit && !clone_data) {
    return succeeded(activity, `${short(commit)} is deployed already`, commit);
  }
  await reportInProgress(run, commit);
  await ports.builder.start({
    action: 'deploy',
    environment,
    activity: { ...activity, clone_data },
    commit,
    bundles: mirror.bundles.map(({ key }) => key),
  });
  return 'building';
}

async function sourceIsGone({ environment, activity, host }: Run): Promise<Step> {
  const link = environment.pull_request;
  if (!link) {
    // An event that came late has created it: there was never anything in it.
    const gone = environment.head_commit === null;
    return { ...cancelled(activity, `there is no branch ${environment.id} in the repository`), gone };
  }
  const isOpen = await host.openPullRequest(link.number);
  const because = `there is no branch ${link.source_branch} in the repository`;
  return isOpen
    ? cancelled(activity, `${because}; pull request #${link.number} keeps its environment while it is open`)
    : { ...cancelled(activity, because), gone: true };
}

async function remove(run: Run): Promise<Step> {
  const { ports, environment, activity } = run;
  const doubt = await reasonToKeep(run);
  if (doubt) return { ...cancelled(activity, doubt.because), alive: doubt.commit };

  const drop = [mirrorRef(environment)];
  const mirror = await mirrorRefs(
    ports,
    environment.project,
    await run.host.source(),
    { set: new Map(), drop },
    () => undefined,
  );
  const commit = environment.deployment?.commit ?? environment.head_commit;
  if (environment.status === 'inactive' || !commit) {
    return succeeded(activity, `${environment.id} is deleted; it had nothing deployed`);
  }
  const bundles = mirror.bundles.map(({ key }) => key);
  await run.say(`Tearing down ${environment.id}`);
  await ports.builder.start({ action: 'teardown', environment, activity, commit, bundles });
  return 'building';
}

/** Deleting cannot be undone: whatever speaks against it keeps the environment. `commit` is where the source is. */
async function reasonToKeep({
  environment,
  host,
}: Run): Promise<{ because: string; commit?: string | undefined } | null> {
  const link = environment.pull_request;
  if (link) {
    const pullRequest = await host.openPullRequest(link.number);
    const commit = pullRequest?.source.commit ?? undefined;
    return pullRequest && { because: `pull request #${link.number} is open`, commit };
  }
  const ref = sourceRef(environment);
  const source = await host.source();
  const { refs, head } = await source.listRefs([ref, 'HEAD']);
  if (refs.has(ref)) return { because: `the branch ${environment.id} exists`, commit: refs.get(ref) };
  return head === null && refs.size === 0 ? { because: 'Bitbucket shows no branches at all' } : null;
}

/** Comes before the build, so that it cannot come after its end. Deploying matters more than telling of it. */
async function reportInProgress({ ports, environment, activity, host }: Run, commit: string): Promise<void> {
  const { project, id } = environment;
  const status = {
    commit,
    branch: environment.pull_request?.source_branch ?? id,
    environment: id,
    state: 'in_progress' as const,
    url: ports.logUrl(project, activity.id),
    description: `${id} is being deployed`,
  };
  await host.reportStatus(status).catch((error: unknown) => {
    ports.log.warn('status not reported', { project, environment: id, activity: activity.id, error });
  });
}

function succeeded(activity: Activity, because: string, commit?: string): Outcome {
  return { activity: activity.id, ending: { result: 'success', because }, commit };
}

function cancelled(activity: Activity, because: string): Outcome {
  return { activity: activity.id, ending: { result: 'cancelled', because } };
}
