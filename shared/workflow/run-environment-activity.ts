import type { Activity } from '../domain/activity.ts';
import type { Outcome } from '../domain/conclude.ts';
import { type Environment, mirrorRef, sourceRef } from '../domain/environment.ts';
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
}

/** What is needed while one activity runs. */
interface Run {
  ports: Ports;
  environment: Environment;
  activity: Activity;
  host: GitHost;
  say(line: string): Promise<void>;
}

/** `'building'` when the builder was started, whose end will conclude the activity. */
type Step = Outcome | 'building';

/**
 * Does an environment's activity, up to where the builder takes over. Git or the pull request is read again
 * first: what is built or destroyed is what is true now, not what an event once said.
 */
export function runEnvironmentActivity(ports: Ports) {
  return async (environment: Environment, activity: Activity): Promise<void> => {
    const { project, id } = environment;
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
  if (number && activity.type === 'environment.activate' && !(await host.openPullRequest(number))) {
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
  if (environment.deployment?.commit === commit && !activity.clone_data) {
    return succeeded(activity, `${short(commit)} is deployed already`, commit);
  }
  await reportInProgress(run, commit);
  await ports.builder.start({
    action: 'deploy',
    environment,
    activity,
    commit,
    bundles: mirror.bundles.map(({ key }) => key),
  });
  return 'building';
}

async function sourceIsGone({ environment, activity, host }: Run): Promise<Step> {
  const link = environment.pull_request;
  if (!link) return cancelled(activity, `there is no branch ${environment.id} in the repository`);
  const isOpen = await host.openPullRequest(link.number);
  const because = `there is no branch ${link.source_branch} in the repository`;
  return isOpen
    ? cancelled(activity, `${because}; pull request #${link.number} keeps its environment while it is open`)
    : { ...cancelled(activity, because), gone: true };
}

async function remove(run: Run): Promise<Step> {
  const { ports, environment, activity } = run;
  const doubt = await reasonToKeep(run);
  if (doubt) return cancelled(activity, doubt);

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

/** Deleting cannot be undone: whatever speaks against it keeps the environment. */
async function reasonToKeep({ environment, host }: Run): Promise<string | null> {
  const link = environment.pull_request;
  if (link) {
    return (await host.openPullRequest(link.number)) ? `pull request #${link.number} is open` : null;
  }
  const ref = sourceRef(environment);
  const source = await host.source();
  const { refs, head } = await source.listRefs([ref, 'HEAD']);
  if (refs.has(ref)) return `the branch ${environment.id} exists`;
  return head === null && refs.size === 0 ? 'Bitbucket shows no branches at all' : null;
}

async function reportInProgress({ ports, environment, activity }: Run, commit: string): Promise<void> {
  await ports.effects.send([
    {
      type: 'status.report',
      project: environment.project,
      integration: environment.integration,
      report: {
        environment: environment.id,
        activity: activity.id,
        branch: environment.pull_request?.source_branch ?? environment.id,
        commit,
        state: 'in_progress',
        url: null,
        description: `${environment.id} is being deployed`,
      },
    },
  ]);
}

function succeeded(activity: Activity, because: string, commit?: string): Outcome {
  return { activity: activity.id, ending: { result: 'success', because }, commit };
}

function cancelled(activity: Activity, because: string): Outcome {
  return { activity: activity.id, ending: { result: 'cancelled', because } };
}
