import { type Activity, reasonToStop, running } from '../../domain/activities/activity.ts';
import type { Effect } from '../../domain/activities/effect.ts';
import { lastEnded } from '../../domain/activities/last-activity.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import type { Change } from '../../domain/rules/decision.ts';
import { statusOfCancelled } from '../../domain/statuses/last-status.ts';
import { reportOf, statusEffect } from '../../domain/statuses/status-reports.ts';
import type { Environments } from '../../ports/environments.ts';
import type { EffectQueue } from '../../ports/queues.ts';

interface Ports {
  environments: Environments;
  effects: EffectQueue;
}

/**
 * Commits a decision in one conditional write, and then sends the effects that follow from it. After a failure between
 * them the event is delivered again, and `runAgain` sends the effects of the committed state.
 */
export async function commitDecision(
  { environments, effects }: Ports,
  before: Environment | null,
  { environment: after, finished }: Change,
): Promise<void> {
  if (!after) {
    if (before) await environments.remove(before, finished);
    return;
  }
  const build_status = (before && statusOfCancelled(before, finished)) ?? after.build_status;
  const last_activity = lastEnded(after, finished);
  const next = { ...after, build_status, last_activity, version: (before?.version ?? 0) + 1 };
  const started = after.activities.filter(({ id }) => !before?.activities.some((known) => known.id === id));
  await environments.save(next, finished, started);
  const news = [
    ...newStatus(next, before),
    ...newRun(next, before),
    ...newPlace(next, before),
    ...(before ? newStop(next, before) : stopOf(next)),
  ];
  if (news.length > 0) await effects.send(news);
}

/**
 * Sends the effects of the committed state again, in case they were lost. Effects are idempotent.
 * @param ended the activity whose end may not have been reported to Bitbucket
 */
export async function runAgain(
  effects: EffectQueue,
  environment: Environment | null,
  ended?: string,
): Promise<void> {
  if (!environment) return;
  const isUnreported = ended === undefined || environment.build_status?.activity === ended;
  const status = isUnreported ? newStatus(environment, null) : [];
  const again = [...status, ...newRun(environment, null), ...stopOf(environment)];
  if (again.length > 0) await effects.send(again);
}

/** Sends the effects of an activity whose runner may have died. The start is counted. */
export async function restart(effects: EffectQueue, environment: Environment): Promise<void> {
  const activity = running(environment.activities);
  if (activity) await effects.send([restartOf(environment, activity), ...stopOf(environment)]);
}

/** The effect that runs an activity. The effect does not contain the environment, which may change before the run. */
export function runOf({ project, id }: Environment, activity: Activity) {
  return { type: 'environment.run' as const, project, environment: id, activity } satisfies Effect;
}

/** The effect that runs an activity whose runner may have died. The start is counted. */
export function restartOf(environment: Environment, activity: Activity) {
  return { ...runOf(environment, activity), again: true } satisfies Effect;
}

/** The effect that stops the running build, if it was cancelled or its environment is to be deleted. */
export function stopOf({ project, id, activities }: Environment): Effect[] {
  const activity = reasonToStop(activities) === null ? undefined : running(activities);
  return activity ? [{ type: 'build.stop', project, environment: id, build: activity.id }] : [];
}

/** The effect that reports the last status, unless an earlier commit sent it. */
function newStatus(environment: Environment, before: Environment | null): Effect[] {
  const last = environment.build_status;
  if (!last || last.activity === before?.build_status?.activity) return [];
  return [statusEffect(environment, reportOf(environment, last))];
}

function newRun(environment: Environment, before: Environment | null): Effect[] {
  const activity = running(environment.activities);
  const isNew = activity?.id !== running(before?.activities ?? [])?.id;
  return activity && isNew ? [runOf(environment, activity)] : [];
}

/** The effect that publishes the access rules again when an environment inherits from another parent. */
function newPlace({ project, id, parent }: Environment, before: Environment | null): Effect[] {
  return before && before.parent !== parent ? [{ type: 'access.publish', project, below: id }] : [];
}

function newStop(environment: Environment, before: Environment): Effect[] {
  const wasAsked =
    running(environment.activities)?.id === running(before.activities)?.id && reasonToStop(before.activities);
  return wasAsked ? [] : stopOf(environment);
}
