import { type Activity, running } from '../../domain/activities/activity.ts';
import { lostActivity } from '../../domain/activities/delay.ts';
import {
  type Action,
  decideAction,
  type Refusal,
  refuseWithoutIntegration,
} from '../../domain/environments/actions.ts';
import { type BranchRequest, decideBranch } from '../../domain/environments/branch-environment.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import type { Change } from '../../domain/rules/decision.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { EffectQueue } from '../../ports/queues.ts';
import { commitDecision, restart } from '../commit/commit-decision.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { readActionContext } from './read-action-contexts.ts';

/** The ports of actions on an environment. */
export interface ActPorts {
  environments: Environments;
  integrations: Pick<Integrations, 'get' | 'listOf'>;
  effects: EffectQueue;
  clock: Clock;
}

/** An environment, and the activity that an action started. */
export interface Acted {
  environment: Environment;
  activity: Activity;
}

/**
 * Applies a user's action to an environment, within the limits of its integration.
 * @throws BoughError `not_found`; `refused` or `invalid` with the reason
 */
export async function actOnEnvironment(
  ports: ActPorts,
  project: string,
  id: string,
  action: Action,
): Promise<Acted> {
  const { environments, clock } = ports;
  return retryOnConflict(async () => {
    const environment = await requireEnvironment(environments, project, id);
    const context = await readActionContext(ports, environment);
    const moment = { now: clock.now(), activityId: clock.activityId() };
    return commit(ports, environment, decideAction(action, context, moment));
  });
}

/** Creates an environment with the code of another; see `decideBranch`. */
export async function branchEnvironment(
  ports: ActPorts,
  project: string,
  parentId: string,
  request: BranchRequest,
): Promise<Acted> {
  const { environments, integrations, clock } = ports;
  return retryOnConflict(async () => {
    const [parent, existing] = await Promise.all([
      requireEnvironment(environments, project, parentId),
      environments.get(project, request.name),
    ]);
    const integration = await integrations.get(project, parent.integration);
    if (!integration) throw refusalError(refuseWithoutIntegration(parent));
    const moment = { now: clock.now(), activityId: clock.activityId() };
    return commit(ports, null, decideBranch(request, { parent, existing, integration }, moment));
  });
}

async function commit(
  ports: ActPorts,
  before: Environment | null,
  decision: Change | Refusal,
): Promise<Acted> {
  if (decision.verdict === 'refuse') {
    // The activity that blocks the action may be lost, and without an integration no scheduled prune restarts it.
    if (before && lostActivity(before.activities, ports.clock.now())) await restart(ports.effects, before);
    throw refusalError(decision);
  }
  await commitDecision(ports, before, decision);
  const activity = running(decision.environment?.activities ?? []);
  if (!decision.environment || !activity) throw new Error('An action always leaves an activity.');
  return { environment: decision.environment, activity };
}

function refusalError({ because, remedy, field }: Refusal): BoughError {
  if (field === undefined) return new BoughError('refused', because, { remedy });
  const sentence = because.replace(/\.?$/, '.');
  return new BoughError('invalid', because, { remedy, fields: { [field]: `${sentence} ${remedy}` } });
}

async function requireEnvironment(
  environments: Environments,
  project: string,
  id: string,
): Promise<Environment> {
  const environment = await environments.get(project, id);
  if (!environment) throw new BoughError('not_found', `There is no environment ${id} in project ${project}.`);
  return environment;
}
