import { deletionBehind } from '../domain/activity.ts';
import type { Outcome } from '../domain/conclude.ts';
import type { BuildResult, BuildResults, Clock } from '../ports.ts';
import { concludeActivity } from './conclude-activity.ts';

export interface EndedBuild {
  project: string;
  environment: string;
  activity: string;
  /** CodeBuild's name for it. */
  build: string;
  /** CodeBuild's word for how it ended. */
  status: string;
  /** The commit that it was started for. */
  commit?: string | undefined;
}

type Ports = Parameters<typeof concludeActivity>[0] & { results: BuildResults; clock: Clock };

/** Ends the activity of a build, by what the build left behind; one that left nothing has failed, or was stopped. */
export function concludeBuild(ports: Ports) {
  return async (build: EndedBuild): Promise<void> => {
    const { project, environment, activity } = build;
    const result = await ports.results.read(project, activity);
    const outcome = result
      ? outcomeOfBuild(activity, result, ports.clock.now())
      : await outcomeWithoutResult(ports, build);
    await concludeActivity(ports)(project, environment, outcome);
  };
}

/** What an activity comes to by what its build left behind. */
export function outcomeOfBuild(
  activity: string,
  { result, because, commit, routes }: BuildResult,
  now: string,
): Outcome {
  const ending = { result, because };
  if (result === 'failure') return { activity, ending, commit };
  return { activity, ending, commit, deployment: { id: activity, commit, routes, created_at: now } };
}

/** Its commit counts as tried, or else the schedule would try it for ever. */
async function outcomeWithoutResult({ environments }: Ports, build: EndedBuild): Promise<Outcome> {
  const { project, environment: id, activity, build: name, status, commit } = build;
  if (status !== 'STOPPED') {
    const because = `the build ended as ${status} before it could leave a result; CodeBuild has its log: ${name}`;
    return { activity, commit, ending: { result: 'failure', because } };
  }
  const environment = await environments.get(project, id);
  if (deletionBehind(environment?.activities ?? [])) return stoppedForDeletion(id, activity, commit);
  const because = 'the build ended as STOPPED: somebody stopped it in CodeBuild';
  return { activity, commit, ending: { result: 'cancelled', because } };
}

/** What an activity comes to whose build was stopped because its environment goes. */
export function stoppedForDeletion(
  environment: string,
  activity: string,
  commit: string | undefined,
): Outcome {
  return {
    activity,
    commit,
    ending: { result: 'cancelled', because: `stopped: ${environment} is being deleted` },
  };
}
