import { type Activity, deletionBehind, running } from '../domain/activity.ts';
import type { Change } from '../domain/decision.ts';
import type { Environment } from '../domain/environment.ts';
import type { Effect, EffectQueue, Environments } from '../ports.ts';

interface Ports {
  environments: Environments;
  effects: EffectQueue;
}

/**
 * Makes a decision true: one conditional write, and then what follows from it. Whoever fails in between
 * is called again with the same event, and `runAgain` sees to what was committed and not yet sent.
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
  const next = { ...after, version: (before?.version ?? 0) + 1 };
  await environments.save(next, finished);
  const news = [...newRun(next, before), ...newStop(next, before)];
  if (news.length > 0) await effects.send(news);
}

/** Sends what is under way once more, for the case that its first sending was lost. Running twice is harmless. */
export async function runAgain(effects: EffectQueue, environment: Environment | null): Promise<void> {
  const again = environment ? [...newRun(environment, null), ...newStop(environment, null)] : [];
  if (again.length > 0) await effects.send(again);
}

/** Asks for an activity to be done. The record itself stays behind: by then it may have changed. */
export function runOf({ project, id }: Environment, activity: Activity) {
  return { type: 'environment.run' as const, project, environment: id, activity } satisfies Effect;
}

/** Asks for the end of a build that is pointless, if there is one. */
export function stopOf({ project, id, activities }: Environment): Effect[] {
  const deployment = deletionBehind(activities) && running(activities);
  return deployment ? [{ type: 'build.stop', project, environment: id, build: deployment.id }] : [];
}

function newRun(environment: Environment, before: Environment | null): Effect[] {
  const activity = running(environment.activities);
  const isNew = activity?.id !== running(before?.activities ?? [])?.id;
  return activity && isNew ? [runOf(environment, activity)] : [];
}

function newStop(environment: Environment, before: Environment | null): Effect[] {
  const deletion = deletionBehind(environment.activities);
  return deletion?.id === deletionBehind(before?.activities ?? [])?.id ? [] : stopOf(environment);
}
