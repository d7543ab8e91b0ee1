import type { Activity } from '../../../domain/activities/activity.ts';
import { conclude, type Outcome } from '../../../domain/activities/conclude.ts';
import { type Environment, isDefault } from '../../../domain/environments/environment.ts';
import { primaryRoute } from '../../../domain/environments/routes.ts';
import type { Project } from '../../../domain/projects/project.ts';
import type { Change } from '../../../domain/rules/decision.ts';
import { withoutParent } from '../../../domain/rules/placement.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { Log } from '../../../ports/log.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { EffectQueue } from '../../../ports/queues.ts';
import { commitDecision, runAgain } from '../../commit/commit-decision.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';
import { findDeletedProject, purgeIfIdle, recordFailure } from '../../projects/steps/continue-deletion.ts';

interface Ports {
  projects: Pick<Projects, 'get' | 'save'>;
  environments: Environments;
  effects: EffectQueue;
  clock: Clock;
  log: Log;
}

/** Seconds until the rule of a deleted environment is removed: its record is removed right after the message is sent. */
const removalDelay = 60;

/** Ends an environment's activity: commits its outcome, sends the build status, and starts the next activity. */
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
  const deleted = ended?.type === 'environment.delete' ? await findDeletedProject(ports, project) : null;
  // Children move first: after a failure between the writes the environment still exists, so both are repeated.
  if (!decision.environment && !deleted) await moveChildren(ports, environment);
  if (!decision.environment) await removeRule(ports, environment, deleted === null);
  if (deleted && ended) await commitForProject(ports, deleted, environment, decision, ended);
  else await commitDecision(ports, environment, decision);
}

/**
 * Requests the removal of a deleted environment's access rule.
 * @param hasHeirs false when its children go too; children that have moved may have inherited its setting
 */
async function removeRule({ effects }: Ports, environment: Environment, hasHeirs: boolean): Promise<void> {
  const { id, project, http_access, published_access } = environment;
  if (http_access === null && published_access === null) return;
  const own = { type: 'access.publish' as const, project, environment: id };
  const inherited = hasHeirs && http_access !== null ? [{ type: 'access.publish' as const, project }] : [];
  await effects.send([own, ...inherited], removalDelay);
}

/** Sends the effects of an ending again, in case they were lost. */
async function repeat(
  ports: Ports,
  project: string,
  environment: Environment | null,
  activity: string,
): Promise<void> {
  await runAgain(ports.effects, environment, activity);
  const deleted = environment ? null : await findDeletedProject(ports, project);
  if (deleted) await purgeIfIdle(ports, deleted, null);
}

/** Commits the end of a deletion that is part of its project's deletion. */
async function commitForProject(
  ports: Ports,
  project: Project,
  environment: Environment,
  decision: Change,
  { id: activity, result, because }: Activity,
): Promise<void> {
  if (result === 'failure') await recordFailure(ports, environment, because);
  await commitDecision(ports, environment, decision);
  // The scheduled prune retries a failed deletion.
  if (result !== 'success') return;
  // A late push, which was queued behind the deletion, keeps the environment: the purge queues another deletion.
  if (decision.environment) await ports.effects.send([{ type: 'project.purge', project: project.id }]);
  else await purgeIfIdle(ports, project, activity);
}

/** Moves the children of a deleted environment; see `withoutParent`. */
async function moveChildren(ports: Ports, deleted: Environment): Promise<void> {
  const { environments, clock } = ports;
  const { id: parent, project } = deleted;
  const children = await environments.related(project, { type: 'child_of', value: parent }, parent);
  if (children.length === 0) return;
  const root = await rootOf(ports, project);
  for (const { id } of children) {
    await retryOnConflict(async () => {
      const child = await environments.get(deleted.project, id);
      if (child?.parent !== deleted.id) return;
      const moved = withoutParent(child, deleted, root, clock.now());
      await environments.save({ ...moved, version: child.version + 1 });
    });
  }
}

/** The id of the default branch's environment; null when there is none. */
async function rootOf({ projects, environments }: Ports, project: string): Promise<string | null> {
  const branch = (await projects.get(project))?.default_branch ?? null;
  const root = branch === null ? null : await environments.get(project, branch);
  return root && isDefault(root) ? root.id : null;
}
