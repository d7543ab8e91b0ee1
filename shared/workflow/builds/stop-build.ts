import { type Activity, deletionBehind, reasonToStop, running } from '../../domain/activities/activity.ts';
import type { Effect } from '../../domain/activities/effect.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import type { RunPorts } from '../activities/steps/activity-run.ts';
import { type ReasonToKeep, reasonToKeep } from '../activities/steps/reason-to-keep.ts';
import { runOf } from '../commit/commit-decision.ts';

/** Seconds until a build that has not started yet is checked again. */
export const pause = 15;

/**
 * Stops a build that a user cancelled, or whose environment is to be deleted. Before a deletion, git or the pull request
 * is read again: the build continues if the environment is kept. The end of the build ends the activity.
 */
export async function stopBuild(
  { environments, builder, results, effects, log, ...ports }: RunPorts,
  effect: Extract<Effect, { type: 'build.stop' }>,
): Promise<void> {
  const { project, environment: id, build } = effect;
  const fields = { project, environment: id, activity: build };
  const notStopped = (because: string) => log.info('build not stopped', { ...fields, because });

  const environment = await environments.get(project, id);
  const activities = environment?.activities ?? [];
  const because = reasonToStop(activities);
  const activity = running(activities);
  if (!environment || because === null || activity?.id !== build)
    return notStopped('nothing requires its end');
  if (!(await builder.isRunning(project, build))) {
    if (await results.read(project, build)) return notStopped('it has ended');
    if (await builder.startedFor(project, build)) {
      // The event about its end may be lost; another run of the activity reads the result.
      await effects.send([runOf(environment, activity)]);
      return notStopped('it has ended');
    }
    // The activity may still mirror the commit and start the build afterwards.
    await effects.send([effect], pause);
    return notStopped('it has not started');
  }
  const kept = await reasonToContinue(ports, environment, activity);
  if (kept) return notStopped(kept.because);
  await builder.stop(project, build);
  log.info('build stopped', { ...fields, because });
}

/** The reason to let a build continue. A user's cancellation does not read Bitbucket. */
async function reasonToContinue(
  ports: Parameters<typeof reasonToKeep>[0],
  environment: Environment,
  { cancelled_because }: Activity,
): Promise<ReasonToKeep | null> {
  const deletion = cancelled_because === null ? deletionBehind(environment.activities) : undefined;
  return deletion ? reasonToKeep(ports, environment, deletion) : null;
}
