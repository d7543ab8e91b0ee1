import { type Activity, changed, deploys, reasonToStop, running } from '../../domain/activities/activity.ts';
import { countStart, type RunMessage } from '../../domain/activities/delay.ts';
import type { RunEffect } from '../../domain/activities/effect.ts';
import { outcomeOfBuild, outcomeOfStoppedBuild } from '../../domain/builds/build-outcome.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import { explain, workInterrupted } from '../../errors.ts';
import { runAgain, runOf } from '../commit/commit-decision.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { cancelled, type Run, type RunPorts, type Step } from './steps/activity-run.ts';
import { bringUpToDate } from './steps/bring-up-to-date.ts';
import { concludeActivity } from './steps/conclude-activity.ts';
import { reasonToKeep } from './steps/reason-to-keep.ts';
import { resumeWaiting } from './steps/resume-waiting.ts';
import { endTurn, takeTurn } from './steps/second-start.ts';
import { deactivate, remove } from './steps/take-down.ts';

/** The effect that runs an activity of an environment. */
export type EnvironmentRun = Extract<RunEffect, { type: 'environment.run' }>;

/**
 * Runs an environment's activity until the builder takes over. The environment and then git or the pull request are
 * read again: their present state decides what is built or destroyed, not the message.
 * @param receipt how often SQS has delivered the message; each redelivery counts as another start
 */
export async function runEnvironmentActivity(
  ports: RunPorts,
  effect: EnvironmentRun,
  receipt: number,
): Promise<void> {
  const { project, environment: id } = effect;
  const message = { ...effect, receipt };
  const place = await retryOnConflict(() => begin(ports, effect, message));
  if (!place) return;
  const { environment, activity, hasTurn } = place;
  const run: Run = {
    ports,
    environment,
    activity,
    attempt: activity.starts,
    say: (...lines) => ports.activityLog.append(project, activity.id, lines),
  };
  const step = place.step ?? (await work(run).finally(() => hasTurn && endTurn(ports, project, activity.id)));
  if (step === 'building') {
    ports.log.info('build under way', { project, environment: id, activity: activity.id, receipt });
    return;
  }
  run.say(step.ending.because);
  const ending = { ...step.ending, log: await ports.activityLog.take(project, activity.id) };
  await concludeActivity(ports, project, id, { ...step, ending });
}

/** An activity that has begun. */
interface Place {
  environment: Environment;
  activity: Activity;
  /** Set when the activity already has an outcome, or its build is running. */
  step?: Step;
  /** True for an activity that was interrupted before and holds the project's turn. */
  hasTurn?: boolean;
}

/** Wakes the activity, counts the start and stores both before the work begins. Null when the activity waits or has ended. */
async function begin(ports: RunPorts, effect: EnvironmentRun, message: RunMessage): Promise<Place | null> {
  const { environments, effects, log } = ports;
  const environment = await environments.get(effect.project, effect.environment);
  const activity = running(environment?.activities ?? []);
  const fields = { project: effect.project, environment: effect.environment, activity: effect.activity.id };
  if (!environment || activity?.id !== effect.activity.id) {
    log.info('activity ignored', { ...fields, because: 'it has ended already' });
    await runAgain(effects, environment, effect.activity.id);
    return null;
  }
  const resumed = await resumeWaiting(ports, activity, message, runOf(environment, activity));
  if (!resumed) return null;
  const known = await endOfBuild(ports, environment, resumed);
  if (known) return { environment, activity, step: known };
  const begun = countStart(resumed, message);
  if (!begun) return { environment, activity, step: interrupted(activity) };
  if (begun === activity) return { environment, activity };
  const hasTurn = begun !== resumed;
  if (hasTurn) await takeTurn(ports, effect.project, activity.id);
  const stored = {
    ...environment,
    activities: changed(environment.activities, begun),
    version: environment.version + 1,
  };
  await environments.save(stored);
  return { environment: stored, activity: begun, hasTurn };
}

function interrupted(activity: Activity): Step {
  const because = explain(workInterrupted(activity.starts));
  return { activity: activity.id, ending: { result: 'failure', because }, setback: true };
}

/**
 * The outcome of a build that was started before; null when there is none. Git is not read again while a build runs,
 * because two builds of an environment would conflict. A build's script can write the result document, so the result
 * counts only after the build has ended.
 */
async function endOfBuild(
  ports: RunPorts,
  environment: Environment,
  activity: Activity,
): Promise<Step | null> {
  const { project, id, activities } = environment;
  if (await ports.builder.isRunning(project, activity.id)) return 'building';
  const result = await ports.results.read(project, activity.id);
  if (result) return outcomeOfBuild(activity.id, result, ports.clock.now());
  if (reasonToStop(activities) === null) return null;
  // A stopped build is not started again, even when the event about its end was lost.
  const commit = deploys(activity) ? await ports.builder.startedFor(project, activity.id) : null;
  if (commit !== null) return outcomeOfStoppedBuild(id, activity, commit);
  return activity.cancelled_because === null ? null : cancelled(activity, activity.cancelled_because);
}

async function work(run: Run): Promise<Step> {
  const { ports, environment, activity } = run;
  if (activity.type === 'environment.deactivate') return deactivate(run);
  if (activity.type === 'environment.delete') return removeUnlessKept(run);

  const integration = await ports.integrations.get(environment.project, environment.integration);
  if (!integration) return cancelled(activity, 'its integration has been removed');
  return bringUpToDate({ ...run, integration, host: await ports.connect(integration) });
}

async function removeUnlessKept(run: Run): Promise<Step> {
  const kept = await reasonToKeep(run.ports, run.environment, run.activity);
  return kept ? { ...cancelled(run.activity, kept.because), source_commit: kept.commit } : remove(run);
}
