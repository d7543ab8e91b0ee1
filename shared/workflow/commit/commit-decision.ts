import { type Activity, reasonToStop, running } from '../../domain/activities/activity.ts';
import type { Effect } from '../../domain/activities/effect.ts';
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
 * Makes a decision true: one conditional write, and then the effects that follow from it. After a failure in between
 * the same event comes again, and `runAgain` sends the effects of the committed state.
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
  const next = { ...after, build_status, version: (before?.version ?? 0) + 1 };
  await environments.save(next, finished);
  const news = [
    ...newStatus(next, before),
    ...newRun(next, before),
    ...(before ? newStop(next, before) : stopOf(next)),
  ];
  if (news.length > 0) await effects.send(news);
}

/**
 * Sends what follows from the committed state once more, in case it was lost. Doing it twice is harmless.
 * @param ended the activity whose end may not have been told to Bitbucket
 */
export async function runAgain(
  effects: EffectQueue,
  environment: Environment | null,
  ended?: string,
): Promise<void> {
  if (!environment) return;
  const isUntold = ended === undefined || environment.build_status?.activity === ended;
  const status = isUntold ? newStatus(environment, null) : [];
  const again = [...status, ...newRun(environment, null), ...stopOf(environment)];
  if (again.length > 0) await effects.send(again);
}

/** The same for an activity whose runner may have died: this start counts. */
export async function restart(effects: EffectQueue, environment: Environment): Promise<void> {
  const activity = running(environment.activities);
  if (activity) await effects.send([restartOf(environment, activity), ...stopOf(environment)]);
}

/** Asks for an activity to be done. The environment stays behind: by the time of the work it may have changed. */
export function runOf({ project, id }: Environment, activity: Activity) {
  return { type: 'environment.run' as const, project, environment: id, activity } satisfies Effect;
}

export function restartOf(environment: Environment, activity: Activity) {
  return { ...runOf(environment, activity), again: true } satisfies Effect;
}

/** Asks for the end of a build that was cancelled or has become pointless, if there is one. */
export function stopOf({ project, id, activities }: Environment): Effect[] {
  const activity = reasonToStop(activities) === null ? undefined : running(activities);
  return activity ? [{ type: 'build.stop', project, environment: id, build: activity.id }] : [];
}

/** Asks for the last status to be shown, unless that was asked for before. */
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

function newStop(environment: Environment, before: Environment): Effect[] {
  const wasAsked =
    running(environment.activities)?.id === running(before.activities)?.id && reasonToStop(before.activities);
  return wasAsked ? [] : stopOf(environment);
}
