import { type Activity, type ActivityQueue, cancel, finish } from '../../domain/activities/activity.ts';
import type { FinishedActivity } from '../../domain/activities/finished-activity.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { EffectQueue } from '../../ports/queues.ts';
import { commitDecision } from '../commit/commit-decision.ts';
import { commitQueue } from '../commit/integration-activities.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';

/** The ports of `cancelActivity`. */
export interface CancelActivityPorts {
  environments: Environments;
  integrations: Integrations;
  effects: EffectQueue;
  clock: Clock;
}

/** @param user null when the name is unknown */
function reasonOf(user: string | null): string {
  return `${user ?? 'a user'} cancelled it`;
}

/**
 * Cancels an activity. An activity that has not begun ends at once. An activity under way is marked, its build is
 * stopped, and it ends when the build has ended. A later prune queues again what the repository still asks for.
 * @param user the name that the activity and Bitbucket show; null when it is unknown
 * @returns the activity: cancelled, or in progress while its work is being stopped
 * @throws BoughError `refused`, when it has ended
 */
export async function cancelActivity(
  ports: CancelActivityPorts,
  activity: FinishedActivity,
  user: string | null,
): Promise<FinishedActivity> {
  const because = reasonOf(user);
  const { id, project, environment, integration } = activity;
  const cancelled = await retryOnConflict(() =>
    environment === null
      ? cancelOnIntegration(ports, project, integration ?? '', { id, because })
      : cancelOnEnvironment(ports, project, environment, { id, because }),
  );
  return { ...cancelled, project, environment, integration };
}

interface Cancellation {
  /** The activity's id. */
  id: string;
  because: string;
}

async function cancelOnEnvironment(
  ports: CancelActivityPorts,
  project: string,
  environmentId: string,
  { id, because }: Cancellation,
): Promise<Activity> {
  const environment = await ports.environments.get(project, environmentId);
  const now = ports.clock.now();
  const queue = environment && cancel(environment.activities, id, because, now);
  if (!queue) throw hasEnded();
  const after = { ...environment, activities: queue.open, updated_at: now };
  const { finished } = queue;
  await commitDecision(ports, environment, { verdict: 'change', because, environment: after, finished });
  return activityIn(queue, id);
}

/** An integration's activity has no build, and a move of the default branch is completed, so the activity ends at once. */
async function cancelOnIntegration(
  ports: CancelActivityPorts,
  project: string,
  integrationId: string,
  { id, because }: Cancellation,
): Promise<Activity> {
  const integration = await ports.integrations.get(project, integrationId);
  const ending = { result: 'cancelled' as const, because };
  const queue = integration && finish(integration.activities, id, ending, ports.clock.now());
  if (!queue) throw hasEnded();
  await commitQueue(ports, integration, queue);
  return activityIn(queue, id);
}

function activityIn({ open, finished }: ActivityQueue, id: string): Activity {
  const activity = [...finished, ...open].find((candidate) => candidate.id === id);
  if (!activity) throw hasEnded();
  return activity;
}

function hasEnded(): BoughError {
  return new BoughError('refused', 'The activity has ended already.', {
    remedy: 'There is nothing left to cancel.',
  });
}
