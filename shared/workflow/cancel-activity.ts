import { type Activity, cancel } from '../domain/activity.ts';
import { BoughError } from '../errors.ts';
import type { Clock, EffectQueue, Environments, FinishedActivity, Integrations } from '../ports.ts';
import { commitDecision } from './commit-decision.ts';
import { commitQueue } from './integration-activities.ts';
import { retryOnConflict } from './retry-on-conflict.ts';

export interface CancelActivityPorts {
  environments: Environments;
  integrations: Integrations;
  effects: EffectQueue;
  clock: Clock;
}

const because = 'a user cancelled it';

/**
 * Cancels an activity that waits for another; what runs is never interrupted. What the repository still asks for,
 * the next prune puts back.
 * @throws BoughError `refused`, when it has begun or ended
 */
export async function cancelActivity(
  ports: CancelActivityPorts,
  activity: FinishedActivity,
): Promise<FinishedActivity> {
  const { id, project, environment, integration } = activity;
  const cancelled = await retryOnConflict(() =>
    environment === null
      ? cancelOnIntegration(ports, project, integration ?? '', id)
      : cancelOnEnvironment(ports, project, environment, id),
  );
  return { ...cancelled, project, environment, integration };
}

async function cancelOnEnvironment(
  ports: CancelActivityPorts,
  project: string,
  environmentId: string,
  id: string,
): Promise<Activity> {
  const environment = await ports.environments.get(project, environmentId);
  const now = ports.clock.now();
  const { open, finished, cancelled } = cancelIn(environment?.activities ?? [], id, now);
  const after = environment && { ...environment, activities: open, updated_at: now };
  await commitDecision(ports, environment, { verdict: 'change', because, environment: after, finished });
  return cancelled;
}

async function cancelOnIntegration(
  ports: CancelActivityPorts,
  project: string,
  integrationId: string,
  id: string,
): Promise<Activity> {
  const integration = await ports.integrations.get(project, integrationId);
  const { cancelled, ...queue } = cancelIn(integration?.activities ?? [], id, ports.clock.now());
  if (integration) await commitQueue(ports, integration, queue);
  return cancelled;
}

function cancelIn(open: readonly Activity[], id: string, now: string) {
  const queue = cancel(open, id, because, now);
  const cancelled = queue?.finished[0];
  if (queue && cancelled) return { ...queue, cancelled };
  const hasBegun = open.some((activity) => activity.id === id);
  throw hasBegun
    ? new BoughError('refused', 'The activity has begun: what runs is never interrupted.', {
        remedy: 'Wait until it has ended: bough activity:log shows it.',
      })
    : new BoughError('refused', 'The activity has ended already.', {
        remedy: 'There is nothing left to cancel.',
      });
}
