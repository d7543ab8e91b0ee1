import {
  type Activity,
  type ActivityRequest,
  enqueue,
  finish,
  running,
} from '../../domain/activities/activity.ts';
import type { Effect } from '../../domain/activities/effect.ts';
import type { Integration } from '../../domain/integrations/integration.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { EffectQueue } from '../../ports/queues.ts';
import { retryOnConflict } from './retry-on-conflict.ts';

interface Ports {
  integrations: Pick<Integrations, 'get' | 'save'>;
  effects: EffectQueue;
  clock: Clock;
}

/** The request for an activity that fetches everything. */
export function fetchRequest(
  { type, repository }: Pick<Integration, 'type' | 'repository'>,
  because: string,
): Omit<ActivityRequest, 'id'> {
  return {
    type: `integration.${type}.fetch`,
    text: `Fetch all branches and pull requests of ${repository}`,
    because,
  };
}

/** The request for an activity that registers the webhook. */
export function hookRequest(
  { type, repository }: Pick<Integration, 'type' | 'repository'>,
  because: string,
): Omit<ActivityRequest, 'id'> {
  return {
    type: `integration.${type}.register_hooks`,
    text: `Register the webhook on ${repository}`,
    because,
  };
}

/** The request for an activity that changes the default branch. */
export function defaultBranchRequest(
  { type }: Pick<Integration, 'type'>,
  branch: string,
  because: string,
): Omit<ActivityRequest, 'id'> {
  return {
    type: `integration.${type}.default_branch`,
    text: `Make ${branch} the default branch`,
    because,
    branch,
  };
}

/**
 * The request for a prune that a user starts.
 * @param confirms the digest of the deletions that the user has confirmed
 */
export function pruneRequest(
  { type, repository }: Pick<Integration, 'type' | 'repository'>,
  confirms: string | null,
): Omit<ActivityRequest, 'id'> {
  return {
    type: `integration.${type}.prune`,
    text: `Prune the environments of ${repository}`,
    because: confirms === null ? 'a user asked for it' : 'a user confirmed deletions that were held back',
    ...(confirms === null ? {} : { confirms }),
    requested: true,
  };
}

/** Puts several requests onto an integration's queue, in their order. */
export function enqueueAll(
  open: readonly Activity[],
  requests: readonly Omit<ActivityRequest, 'id'>[],
  { now, activityId }: Clock,
): ReturnType<typeof enqueue> {
  // Ids of the same millisecond are not ordered.
  const ids = requests.map(() => activityId()).sort();
  let queue: ReturnType<typeof enqueue> = { open: [...open], finished: [] };
  for (const [index, request] of requests.entries()) {
    const { open: next, finished } = enqueue(
      queue.open,
      { ...request, id: ids[index] ?? activityId() },
      now(),
    );
    queue = { open: next, finished: [...queue.finished, ...finished] };
  }
  return queue;
}

/**
 * Queues a fetch of everything and returns the activity's id. A fetch that is pending already serves all requests.
 * @param announced the repository's name, if Bitbucket reported a new one
 */
export async function requestFetch(
  ports: Ports,
  { project, id }: Integration,
  because: string,
  announced: string | null = null,
): Promise<string | undefined> {
  return retryOnConflict(async () => {
    const integration = await ports.integrations.get(project, id);
    if (!integration) return undefined;
    const waiting = integration.activities.find(
      ({ type, state }) => type === `integration.${integration.type}.fetch` && state === 'pending',
    );
    if (waiting && !announced) return waiting.id;
    const request = { ...fetchRequest(integration, because), repository: announced };
    const queue = enqueueAll(integration.activities, [request], ports.clock);
    await commitQueue(ports, integration, queue);
    return queue.open.at(-1)?.id;
  });
}

/**
 * Queues an activity, or returns the last open one of its type if that is about the same branch. Null when the
 * integration was removed.
 */
export async function requestOnce(
  ports: Ports,
  { project, id }: Integration,
  request: Omit<ActivityRequest, 'id'>,
): Promise<{ integration: Integration; activity: string } | null> {
  return retryOnConflict(async () => {
    const integration = await ports.integrations.get(project, id);
    if (!integration) return null;
    const last = integration.activities.findLast(({ type }) => type === request.type);
    if (last && last.branch === request.branch) return { integration, activity: last.id };
    const queue = enqueueAll(integration.activities, [request], ports.clock);
    const after = await commitQueue(ports, integration, queue);
    return { integration: after, activity: queue.open.at(-1)?.id ?? '' };
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
    if (queue) await commitQueue(ports, integration, queue);
    else await runAgainOnIntegration(ports.effects, integration);
  });
}

/** Sends the effect of the running activity again, in case it was lost. Effects are idempotent. */
export async function runAgainOnIntegration(effects: EffectQueue, integration: Integration): Promise<void> {
  const activity = running(integration.activities);
  if (activity) await effects.send([runOf(integration, activity)]);
}

/** Stores an integration's queue, and starts its first activity if that is new. */
export async function commitQueue(
  { integrations, effects, clock }: Ports,
  before: Integration,
  { open, finished }: ReturnType<typeof enqueue>,
  after: Integration = before,
): Promise<Integration> {
  const next = { ...after, activities: open, updated_at: clock.now(), version: before.version + 1 };
  const added = open.filter(({ id }) => !before.activities.some((known) => known.id === id));
  await integrations.save(next, finished, added);
  const started = running(open);
  if (started && started.id !== running(before.activities)?.id) await effects.send([runOf(before, started)]);
  return next;
}

/** The effect that runs an activity of an integration. */
export function runOf({ project, id }: Integration, activity: Activity) {
  return { type: 'integration.run' as const, project, integration: id, activity } satisfies Effect;
}

/** The effect that runs an activity whose runner may have died. The start is counted. */
export function restartOf(integration: Integration, activity: Activity) {
  return { ...runOf(integration, activity), again: true } satisfies Effect;
}
