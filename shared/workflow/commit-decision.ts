import { type Activity, running } from '../domain/activity.ts';
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
  const started = running(next.activities);
  if (!started || started.id === running(before?.activities ?? [])?.id) return;
  await effects.send([runOf(next, started)]);
}

/** Sends the running activity once more, for the case that its first sending was lost. Running twice is harmless. */
export async function runAgain(effects: EffectQueue, environment: Environment | null): Promise<void> {
  const activity = running(environment?.activities ?? []);
  if (environment && activity) await effects.send([runOf(environment, activity)]);
}

/** Asks for an activity to be done. The record itself stays behind: by then it may have changed. */
export function runOf({ project, id }: Environment, activity: Activity) {
  return { type: 'environment.run' as const, project, environment: id, activity } satisfies Effect;
}
