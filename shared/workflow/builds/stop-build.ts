import { type Activity, deletionBehind, reasonToStop, running } from '../../domain/activities/activity.ts';
import type { Effect } from '../../domain/activities/effect.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import type { RunPorts } from '../activities/steps/activity-run.ts';
import { type ReasonToKeep, reasonToKeep } from '../activities/steps/reason-to-keep.ts';
import { runOf } from '../commit/commit-decision.ts';

/** Seconds until a build that has not begun is looked for again. */
export const pause = 15;

/**
 * Stops a build that a user has cancelled, or whose environment is to be deleted. Before a deletion, git or the pull
 * request is read again: a reason to keep the environment lets the build go on. The end of the build ends the activity.
 */
export async function stopBuild(
  { environments, builder, results, effects, log, ...ports }: RunPorts,
  effect: Extract<Effect, { type: 'build.stop' }>,
): Promise<void> {
  const { project, environment: id, build } = effect;
  const fields = { project, environment: id, activity: build };
  const goesOn = (because: string) => log.info('build not stopped', { ...fields, because });

  const environment = await environments.get(project, id);
  const activities = environment?.activities ?? [];
  const because = reasonToStop(activities);
  const activity = running(activities);
  if (!environment || because === null || activity?.id !== build) return goesOn('nothing waits for it');
  if (!(await builder.isRunning(project, build))) {
    if (await results.read(project, build)) return goesOn('it has ended');
    if (await builder.startedFor(project, build)) {
      // Nobody may have heard of its end: who runs the activity again finds out.
      await effects.send([runOf(environment, activity)]);
      return goesOn('it has ended');
    }
    // Its commit may still be on its way into the mirror: nobody else would stop it once it has begun.
    await effects.send([effect], pause);
    return goesOn('it has not begun');
  }
  const kept = await reasonToGoOn(ports, environment, activity);
  if (kept) return goesOn(kept.because);
  await builder.stop(project, build);
  log.info('build stopped', { ...fields, because });
}

/** A user's cancellation needs no Bitbucket. */
async function reasonToGoOn(
  ports: Parameters<typeof reasonToKeep>[0],
  environment: Environment,
  { cancelled_because }: Activity,
): Promise<ReasonToKeep | null> {
  const deletion = cancelled_because === null ? deletionBehind(environment.activities) : undefined;
  return deletion ? reasonToKeep(ports, environment, deletion) : null;
}
