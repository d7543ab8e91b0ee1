import { lostActivity } from '../../../domain/activities/delay.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import { deleteWithProject, isAskedFor } from '../../../domain/projects/delete-project.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { EffectQueue } from '../../../ports/queues.ts';
import { commitDecision, restart, runAgain } from '../../commit/commit-decision.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

interface Ports {
  environments: Environments;
  effects: EffectQueue;
  clock: Clock;
}

/** The number of environments whose deletion one message queues: far less than a function's time allows. */
export const mostAtOnce = 500;

/** The number of concurrent writes to environments. */
const concurrency = 16;

/**
 * Queues the deletion of the next environments of a project.
 * @param after the last environment of the previous call; undefined for the first call
 * @param requested_at the time of a user's request: failed deletions are retried without `.bough/teardown`
 * @returns the number of environments, and the last one when there may be more
 */
export async function deleteEnvironments(
  ports: Ports,
  project: string,
  after: string | undefined,
  requested_at: string | undefined,
): Promise<{ count: number; last: string | null }> {
  const batch: Environment[] = [];
  for await (const environment of ports.environments.pagesOf(project, after, mostAtOnce)) {
    batch.push(environment);
    if (batch.length === mostAtOnce) break;
  }
  for (let start = 0; start < batch.length; start += concurrency) {
    const some = batch.slice(start, start + concurrency);
    await Promise.all(some.map((listed) => deleteEnvironment(ports, listed, requested_at)));
  }
  return { count: batch.length, last: batch.length === mostAtOnce ? (batch.at(-1)?.id ?? null) : null };
}

async function deleteEnvironment(
  { environments, effects, clock }: Ports,
  listed: Environment,
  requested_at: string | undefined,
): Promise<void> {
  let known: Environment | null = listed;
  await retryOnConflict(async () => {
    const before = known ?? (await environments.get(listed.project, listed.id));
    known = null;
    if (!before) return;
    const isRequested = isAskedFor(before, requested_at);
    const moment = { now: clock.now(), activityId: clock.activityId() };
    const decision = deleteWithProject(before, isRequested, moment);
    if (decision) await commitDecision({ environments, effects }, before, decision);
    else if (lostActivity(before.activities, moment.now)) await restart(effects, before);
    else if (isRequested) await runAgain(effects, before);
  });
}
