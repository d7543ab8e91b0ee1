import type { EndedBuild } from '../../domain/builds/build.ts';
import { outcomeOfBuild, outcomeWithoutResult } from '../../domain/builds/build-outcome.ts';
import type { BuildResults } from '../../ports/builder.ts';
import { concludeActivity } from '../activities/steps/conclude-activity.ts';

type Ports = Parameters<typeof concludeActivity>[0] & { results: BuildResults };

/** Ends the activity of a build with the build's result document. */
export async function concludeBuild(ports: Ports, build: EndedBuild): Promise<void> {
  const { project, environment: id, activity } = build;
  const result = await ports.results.read(project, activity);
  const environment = result ? null : await ports.environments.get(project, id);
  const outcome = result
    ? outcomeOfBuild(activity, result, ports.clock.now())
    : outcomeWithoutResult(build, environment?.activities ?? []);
  await concludeActivity(ports, project, id, outcome);
}
