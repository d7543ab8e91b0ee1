import { type Activity, deletionBehind, deploys, running } from '../domain/activity.ts';
import { cancelled, type Run, type RunPorts, type Step } from './activity-run.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import { runAgain } from './commit-decision.ts';
import { concludeActivity } from './conclude-activity.ts';
import { outcomeOfBuild, stoppedForDeletion } from './conclude-build.ts';
import { reasonToKeep } from './reason-to-keep.ts';
import { deactivate, remove } from './take-down.ts';

/**
 * Does an environment's activity, up to where the builder takes over. The environment is read again first, and
 * then git or the pull request: what is built or destroyed is what is true now, not what a message once said.
 */
export function runEnvironmentActivity(ports: RunPorts) {
  return async (
    project: string,
    id: string,
    { id: activityId }: Pick<Activity, 'id'>,
    attempt: number,
  ): Promise<void> => {
    const environment = await ports.environments.get(project, id);
    const activity = running(environment?.activities ?? []);
    if (!environment || activity?.id !== activityId) {
      const because = 'it has ended already';
      ports.log.info('activity ignored', { project, environment: id, activity: activityId, because });
      await runAgain(ports.effects, environment);
      return;
    }
    const run: Run = {
      ports,
      environment,
      activity,
      attempt,
      say: (...lines) => ports.activityLog.append(project, activity.id, lines),
    };
    const step = await take(run);
    if (step === 'building') {
      ports.log.info('build under way', { project, environment: id, activity: activityId, attempt });
      return;
    }
    await run.say(step.ending.because);
    await concludeActivity(ports)(project, id, step);
  };
}

async function take(run: Run): Promise<Step> {
  const { ports, environment, activity } = run;
  // Once the builder has begun, only its own end counts, whatever git says by now: two builds would get into each other's way.
  // Its result is a file that its script could write, too: it counts when the build has ended.
  if (await ports.builder.isRunning(environment.project, activity.id)) return 'building';
  const result = await ports.results.read(environment.project, activity.id);
  if (result) return outcomeOfBuild(activity.id, result, ports.clock.now());
  const stopped = await stoppedBuild(run);
  if (stopped) return stopped;

  if (activity.type === 'environment.deactivate') return deactivate(run);
  if (activity.type === 'environment.delete') return removeUnlessKept(run);

  const integration = await ports.integrations.get(environment.project, environment.integration);
  if (!integration) return cancelled(activity, 'its integration has been removed');
  return bringUpToDate({ ...run, integration, host: await ports.connect(integration) });
}

/** A build that has ended for a deletion is not begun again, though nobody has heard of its end. What it made is known. */
async function stoppedBuild({ ports, environment, activity }: Run): Promise<Step | null> {
  if (!deploys(activity) || !deletionBehind(environment.activities)) return null;
  const commit = await ports.builder.startedFor(environment.project, activity.id);
  return commit === null ? null : stoppedForDeletion(environment.id, activity.id, commit);
}

async function removeUnlessKept(run: Run): Promise<Step> {
  const kept = await reasonToKeep(run.ports, run.environment, run.activity);
  return kept ? { ...cancelled(run.activity, kept.because), alive: kept.commit } : remove(run);
}
