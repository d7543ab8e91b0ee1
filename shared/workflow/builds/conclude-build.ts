import { type Activity, reasonToStop, running } from '../../domain/activities/activity.ts';
import type { Outcome } from '../../domain/activities/conclude.ts';
import type { BuildResult, EndedBuild } from '../../domain/builds/build.ts';
import type { BuildResults } from '../../ports/builder.ts';
import type { Clock } from '../../ports/clock.ts';
import { concludeActivity } from '../activities/steps/conclude-activity.ts';

type Ports = Parameters<typeof concludeActivity>[0] & { results: BuildResults; clock: Clock };

/** Ends the activity of a build with the build's result document. */
export async function concludeBuild(ports: Ports, build: EndedBuild): Promise<void> {
  const { project, environment, activity } = build;
  const result = await ports.results.read(project, activity);
  const outcome = result
    ? outcomeOfBuild(activity, result, ports.clock.now())
    : await outcomeWithoutResult(ports, build);
  await concludeActivity(ports, project, environment, outcome);
}

/** The outcome of an activity, from the result document of its build. */
export function outcomeOfBuild(
  activity: string,
  { result, because, commit, routes, fault }: BuildResult,
  now: string,
): Outcome {
  const ending = { result, because };
  if (result === 'success')
    return { activity, ending, commit, deployment: { id: activity, commit, routes, created_at: now } };
  return fault === 'infrastructure' ? setback(activity, because, commit) : { activity, ending, commit };
}

/** A build that ended without a result document was lost by the infrastructure, or stopped. */
async function outcomeWithoutResult({ environments }: Ports, build: EndedBuild): Promise<Outcome> {
  const { project, environment: id, activity, build: name, status, commit } = build;
  if (status !== 'STOPPED') {
    return setback(
      activity,
      `The build ended as ${status} before it could leave a result; CodeBuild has its log: ${name}. It is tried again by itself.`,
      commit,
    );
  }
  const environment = await environments.get(project, id);
  const stopped = running(environment?.activities ?? []);
  if (stopped?.id === activity && reasonToStop(environment?.activities ?? []) !== null)
    return endOfStoppedBuild(id, stopped, commit);
  const because = 'the build ended as STOPPED: somebody stopped it in CodeBuild';
  return { activity, commit, ending: { result: 'cancelled', because } };
}

/** A failure of the infrastructure, which does not count as an attempt at the commit. */
function setback(activity: string, because: string, commit: string | undefined): Outcome {
  return { activity, ending: { result: 'failure', because }, reported_commit: commit, setback: true };
}

/** The outcome of an activity whose build was stopped, by a user's cancellation or for its environment's deletion. */
export function endOfStoppedBuild(
  environment: string,
  { id, cancelled_because }: Pick<Activity, 'id' | 'cancelled_because'>,
  commit: string | undefined,
): Outcome {
  const because = cancelled_because ?? `stopped: ${environment} is being deleted`;
  return { activity: id, commit, ending: { result: 'cancelled', because } };
}
