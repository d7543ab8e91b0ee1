import { deletionBehind, running } from '../domain/activity.ts';
import type { Effect } from '../ports.ts';
import type { RunPorts } from './activity-run.ts';
import { runOf } from './commit-decision.ts';
import { reasonToKeep } from './reason-to-keep.ts';

/** So many seconds later a build that has not begun yet is looked for again. */
const pause = 15;

/**
 * Stops the build of a deployment whose environment is to be deleted, so that the deletion need not wait for it. Git
 * or the pull request is read again first: whatever speaks against the deletion lets the build go on. What ends the
 * activity is the end of the build, as always.
 */
export function stopBuild({ environments, builder, results, effects, log, ...ports }: RunPorts) {
  return async (effect: Extract<Effect, { type: 'build.stop' }>): Promise<void> => {
    const { project, environment: id, build } = effect;
    const fields = { project, environment: id, activity: build };
    const goesOn = (because: string) => log.info('build not stopped', { ...fields, because });

    const environment = await environments.get(project, id);
    const activities = environment?.activities ?? [];
    const deletion = deletionBehind(activities);
    const activity = running(activities);
    if (!environment || !deletion || activity?.id !== build) return goesOn('nothing waits for it');
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
    const kept = await reasonToKeep(ports, environment, deletion);
    if (kept) return goesOn(kept.because);
    await builder.stop(project, build);
    log.info('build stopped', { ...fields, because: deletion.because });
  };
}
