import type { Activity } from '../../../domain/activities/activity.ts';
import { conclude, type Outcome } from '../../../domain/activities/conclude.ts';
import { type Environment, isDefault } from '../../../domain/environments/environment.ts';
import { primaryRoute } from '../../../domain/environments/routes.ts';
import type { Change } from '../../../domain/rules/decision.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { Log } from '../../../ports/log.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { EffectQueue } from '../../../ports/queues.ts';
import { commitDecision, runAgain } from '../../commit/commit-decision.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';
import { isBeingDeleted, noteFailure, purgeIfIdle } from '../../projects/steps/continue-deletion.ts';

interface Ports {
  projects: Pick<Projects, 'get' | 'save'>;
  environments: Environments;
  effects: EffectQueue;
  clock: Clock;
  log: Log;
}

/** Ends an environment's activity: its outcome becomes state, Bitbucket is told, and the next activity starts. */
export function concludeActivity(
  ports: Ports,
  project: string,
  environmentId: string,
  outcome: Outcome,
): Promise<void> {
  return retryOnConflict(() => concludeOnce(ports, project, environmentId, outcome));
}

async function concludeOnce(
  ports: Ports,
  project: string,
  environmentId: string,
  outcome: Outcome,
): Promise<void> {
  const { environments, clock, log } = ports;
  const environment = await environments.get(project, environmentId);
  const moment = { now: clock.now(), activityId: clock.activityId() };
  const decision = conclude(outcome, environment, moment);
  const fields = {
    project,
    environment: environmentId,
    activity: outcome.activity,
    because: decision.because,
  };
  const url = primaryRoute(outcome.deployment?.routes ?? [])?.url;
  log.info(`concluded: ${decision.verdict}`, { ...fields, result: outcome.ending.result, url });
  if (decision.verdict === 'ignore' || !environment)
    return repeat(ports, project, environment, outcome.activity);

  const ended = decision.finished.find(({ id }) => id === outcome.activity);
  const goesWithProject = ended?.type === 'environment.delete' && (await isBeingDeleted(ports, project));
  // Children first: should this be repeated, they are found no more, and the environment still is.
  if (!decision.environment && !goesWithProject) await adopt(ports, environment);
  if (goesWithProject) await commitForProject(ports, environment, decision, ended);
  else await commitDecision(ports, environment, decision);
}

/** What followed from an ending may have been lost. */
async function repeat(
  ports: Ports,
  project: string,
  environment: Environment | null,
  activity: string,
): Promise<void> {
  await runAgain(ports.effects, environment, activity);
  if (!environment && (await isBeingDeleted(ports, project))) await purgeIfIdle(ports, project);
}

/** The end of a deletion by which its whole project goes. */
async function commitForProject(
  ports: Ports,
  environment: Environment,
  decision: Change,
  { result, because }: Activity,
): Promise<void> {
  if (result === 'failure') await noteFailure(ports, environment, because);
  await commitDecision(ports, environment, decision);
  // What has not succeeded is left to the schedule, which tries it again.
  if (result === 'success') await purgeIfIdle(ports, environment.project);
}

/** The children of an environment that goes move to its parent; two below each other, to the default branch's. */
async function adopt({ environments, clock }: Ports, parent: Environment): Promise<void> {
  const all = await environments.listOf(parent.project);
  const root = all.find(isDefault)?.id ?? null;
  for (const { id } of all.filter((child) => child.parent === parent.id && child.id !== parent.id)) {
    await retryOnConflict(async () => {
      const child = await environments.get(parent.project, id);
      if (child?.parent !== parent.id) return;
      await environments.save({
        ...child,
        parent: parent.parent === id ? root : parent.parent,
        parent_is_chosen: false,
        updated_at: clock.now(),
        version: child.version + 1,
      });
    });
  }
}
