import { type Activity, deploys } from '../domain/activities/activity.ts';
import { secondsBetween } from '../domain/values/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Mirrors } from '../ports/mirrors.ts';

/** A store that also records finished activities, such as those of environments and integrations. */
interface History<T> {
  save(owner: T, finished?: readonly Activity[], started?: readonly Activity[]): Promise<void>;
  remove(owner: T, finished?: readonly Activity[]): Promise<void>;
}

/**
 * Wraps a store so that it counts finished activities. Each is counted once, after the conditional write that finished
 * it has succeeded.
 */
export function countFinishedActivities<T, S extends History<T>>(store: S & History<T>, metrics: Metrics): S {
  const counted =
    (write: History<T>['save']): History<T>['save'] =>
    async (owner, finished = [], started = []) => {
      await write(owner, finished, started);
      for (const activity of finished) countFinishedActivity(activity, metrics);
    };
  return { ...store, save: counted(store.save), remove: counted(store.remove) };
}

function countFinishedActivity(activity: Activity, metrics: Metrics): void {
  const { type, created_at, delivered_at = created_at, started_at, completed_at } = activity;
  const result = activity.result ?? 'cancelled';
  const seconds = (since: string | null) =>
    since && completed_at ? elapsedSeconds(since, completed_at) : undefined;
  const ran = seconds(started_at);
  metrics.record({ Activities: 1, ...(ran === undefined ? {} : { ActivitySeconds: ran }) }, { type, result });
  if (!deploys(activity)) return;
  // The time includes waiting, because users wait from the push on.
  const took = seconds(delivered_at);
  metrics.record({ Deployments: 1, ...(took === undefined ? {} : { DeploymentSeconds: took }) }, { result });
}

/**
 * Wraps a prune so that it counts its successes and failures, and the deletions that are held back.
 * @param prune returns the number of deletions that it holds back
 */
export function countPrunes(
  prune: (project: string, integration: string, peers?: number) => Promise<number>,
  metrics: Metrics,
): (project: string, integration: string, peers?: number) => Promise<void> {
  return async (project, integration, peers) => {
    const result = { result: 'failure' };
    try {
      const held = await prune(project, integration, peers);
      if (held > 0) metrics.record({ HeldBack: held });
      result.result = 'success';
    } finally {
      metrics.record({ Prunes: 1 }, result);
    }
  };
}

/** Wraps a mirror store so that it measures each bundle: its bytes, and the seconds of the transfer, which are mostly Bitbucket's. */
export function measureMirrors<S extends Pick<Mirrors, 'writeBundle'>>(
  mirrors: S,
  metrics: Metrics,
  clock: Pick<Clock, 'now'>,
): S {
  return {
    ...mirrors,
    async writeBundle(project, id, stream) {
      const start = clock.now();
      const written = await mirrors.writeBundle(project, id, stream);
      metrics.record({ MirrorBytes: written.bytes, MirrorSeconds: elapsedSeconds(start, clock.now()) });
      return written;
    },
  };
}

/** The seconds between two ISO times; 0 when the clocks of two machines disagree on their order. */
export function elapsedSeconds(start: string, end: string): number {
  return Math.max(0, secondsBetween(start, end));
}
