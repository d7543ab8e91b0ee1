import { type Activity, running } from '../domain/activity.ts';
import type { Environment } from '../domain/environment.ts';
import { cancelled, type Run, type RunPorts, type Step } from './activity-run.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import { runAgain } from './commit-decision.ts';
import { concludeActivity } from './conclude-activity.ts';
import { outcomeOfBuild } from './conclude-build.ts';
import { isBeingDeleted } from './go-on-deleting.ts';
import { deactivate, remove, removeIfGone } from './take-down.ts';

/**
 * Does an environment's activity, up to where the builder takes over. The environment is read again first, and
 * then git or the pull request: what is built or destroyed is what is true now, not what a message once said.
 */
export function runEnvironmentActivity(ports: RunPorts) {
  return async (
    project: string,
    id: string,
    { id: activityId }: Pick<Activity, 'id'>,
    attempt: number,
  ): Promise<void> => {
    const environment = await ports.environments.get(project, id);
    const activity = running(environment?.activities ?? []);
    if (!environment || activity?.id !== activityId) {
      const because = 'it has ended already';
      ports.log.info('activity ignored', { project, environment: id, activity: activityId, because });
      await runAgain(ports.effects, environment);
      return;
    }
    const run: Run = {
      ports,
      environment,
      activity,
      attempt,
      say: (...lines) => ports.activityLog.append(project, activity.id, lines),
    };
    const step = await take(run);
    if (step === 'building') return;
    await run.say(step.ending.because);
    await concludeActivity(ports)(project, id, step);
  };
}

async function take(run: Run): Promise<Step> {
  const { ports, environment, activity } = run;
  // Once the builder has begun, only its own end counts, whatever git says by now: two builds would get into each other's way.
  const result = await ports.results.read(environment.project, activity.id);
  if (result) return outcomeOfBuild(activity.id, result, ports.clock.now());
  if (await ports.builder.isRunning(environment.project, activity.id)) return 'building';

  // What a user wants gone needs no Bitbucket, which may be gone itself.
  if (activity.type === 'environment.deactivate') return deactivate(run);
  if (activity.type === 'environment.delete' && activity.requested) return remove(run);

  const integration = await integrationOf(ports, environment);
  if (!integration) return withoutIntegration(run);
  const connected = { ...run, integration, host: await ports.connect(integration) };
  return activity.type === 'environment.delete' ? removeIfGone(connected) : bringUpToDate(connected);
}

/** There is no Bitbucket to ask then. What is left of a project that is being deleted goes all the same. */
async function withoutIntegration(run: Run): Promise<Step> {
  const { ports, environment, activity } = run;
  const goes = activity.type === 'environment.delete' && (await isBeingDeleted(ports, environment.project));
  return goes ? remove(run) : cancelled(activity, 'its integration has been removed');
}

function integrationOf({ integrations }: RunPorts, { project, integration }: Environment) {
  return integrations.get(project, integration);
}
