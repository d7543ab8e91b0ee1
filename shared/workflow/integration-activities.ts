import { type Activity, type ActivityRequest, enqueue, finish, running } from '../domain/activity.ts';
import type { Integration } from '../domain/integration.ts';
import type { Clock, Effect, EffectQueue, Integrations } from '../ports.ts';
import { retryOnConflict } from './retry-on-conflict.ts';

interface Ports {
  integrations: Pick<Integrations, 'get' | 'save'>;
  effects: EffectQueue;
  clock: Clock;
}

/** What fetching everything is called when it is asked for. */
export function fetchRequest(
  integration: Pick<Integration, 'repository'>,
  because: string,
): Omit<ActivityRequest, 'id'> {
  return {
    type: 'integration.bitbucket.fetch',
    text: `Fetch all branches and pull requests of ${integration.repository}`,
    because,
  };
}

/** Queues one fetch of everything. One that waits already is enough for any number of requests. */
export async function requestFetch(
  ports: Ports,
  { project, id }: Integration,
  because: string,
): Promise<void> {
  await retryOnConflict(async () => {
    const integration = await ports.integrations.get(project, id);
    if (!integration) return;
    const isWaiting = integration.activities.some(
      (activity) => activity.type === 'integration.bitbucket.fetch' && activity.state === 'pending',
    );
    if (isWaiting) return;
    const request = { ...fetchRequest(integration, because), id: ports.clock.activityId() };
    await commit(ports, integration, enqueue(integration.activities, request, ports.clock.now()));
  });
}

/** Ends an integration's activity and starts the next. */
export async function concludeOnIntegration(
  ports: Ports,
  { project, id }: Pick<Integration, 'project' | 'id'>,
  activity: string,
  ending: Parameters<typeof finish>[2],
): Promise<void> {
  await retryOnConflict(async () => {
    const integration = await ports.integrations.get(project, id);
    if (!integration) return;
    const queue = finish(integration.activities, activity, ending, ports.clock.now());
    if (queue) await commit(ports, integration, queue);
    else await runAgainOnIntegration(ports.effects, integration);
  });
}

/** Sends the running activity once more, for the case that its first sending was lost. Running twice is harmless. */
export async function runAgainOnIntegration(effects: EffectQueue, integration: Integration): Promise<void> {
  const activity = running(integration.activities);
  if (activity) await effects.send([runOf(integration, activity)]);
}

async function commit(
  { integrations, effects, clock }: Ports,
  before: Integration,
  { open, finished }: ReturnType<typeof enqueue>,
): Promise<void> {
  await integrations.save(
    { ...before, activities: open, updated_at: clock.now(), version: before.version + 1 },
    finished,
  );
  const started = running(open);
  if (started && started.id !== running(before.activities)?.id) await effects.send([runOf(before, started)]);
}

function runOf({ project, id }: Integration, activity: Activity): Effect {
  return { type: 'integration.run', project, integration: id, activity };
}
