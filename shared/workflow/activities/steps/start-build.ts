import type { Build } from '../../../domain/builds/build.ts';
import type { RunPorts } from './activity-run.ts';

/** Starts a build, which continues the log of its activity: the lines so far are stored first. */
export async function startBuild(
  { activityLog, builder }: Pick<RunPorts, 'activityLog' | 'builder'>,
  build: Build,
): Promise<void> {
  await activityLog.flush(build.environment.project, build.activity.id);
  await builder.start(build);
}
