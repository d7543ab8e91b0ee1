import { type Activity, running } from '../../domain/activities/activity.ts';
import { delayed, secondsUntilNextTry, suspendInQueue } from '../../domain/activities/delay.ts';
import type { RunEffect } from '../../domain/activities/effect.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import { BoughError, explain } from '../../errors.ts';
import { commitDecision, restartOf, runOf } from '../commit/commit-decision.ts';
import { commitQueue, runOf as runOfIntegration } from '../commit/integration-activities.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { type FailPorts, failActivity } from './fail-activity.ts';
import { wholeCommit } from './steps/whole-commit.ts';

/** The ports of `suspendActivity`. */
export interface SuspendPorts extends FailPorts {
  /** A random number from 0 to 1, which spreads the retries of activities that wait for the same limit. */
  chance(): number;
}

/**
 * Suspends an activity after a limit or an outage. Its record contains the reason, the start and the next try, and a
 * delayed message resumes it. After six hours the activity fails.
 */
export async function suspendActivity(
  ports: SuspendPorts,
  effect: RunEffect,
  obstacle: BoughError,
): Promise<void> {
  const isDone = await retryOnConflict(() => suspend(ports, effect, obstacle));
  if (!isDone) await failActivity(ports, effect, tooLong(obstacle));
}

/** False when the activity has waited for six hours. */
async function suspend(ports: SuspendPorts, effect: RunEffect, obstacle: BoughError): Promise<boolean> {
  const { environments, integrations, effects, clock } = ports;
  const owner =
    effect.type === 'environment.run'
      ? await environments.get(effect.project, effect.environment)
      : await integrations.get(effect.project, effect.integration);
  const activity = running(owner?.activities ?? []);
  // The activity ended or was replaced in the meantime.
  if (!owner || activity?.id !== effect.activity.id) return true;

  const now = clock.now();
  const delay = delayed(
    activity.delay,
    { because: explain(obstacle), retryAfter: obstacle.retryAfter },
    now,
    ports.chance(),
  );
  if (!delay) return false;
  const known =
    'integration' in owner ? { ...activity, commit: await wholeCommit(ports, owner, activity) } : activity;
  const queue = suspendInQueue(owner.activities, known, delay, now);
  if (!queue) return true;
  if ('integration' in owner) {
    const after = { ...owner, activities: queue.open, updated_at: now };
    const because = delay.because;
    await commitDecision(ports, owner, {
      verdict: 'change',
      because,
      environment: after,
      finished: queue.finished,
    });
  } else {
    await commitQueue(ports, owner, queue);
  }
  const suspended: Activity = { ...known, delay };
  if (queue.finished.length > 0) return true;
  const next =
    'integration' in owner ? nextRun(owner, suspended, obstacle) : runOfIntegration(owner, suspended);
  await effects.send([next], secondsUntilNextTry(suspended, now));
  ports.activityLog.append(effect.project, activity.id, [
    `W: ${delay.because}`,
    `   Waiting since ${delay.since}; next try at ${delay.next_try}`,
  ]);
  ports.log.info(activity.delay === null ? 'activity waits' : 'activity still waits', {
    project: effect.project,
    owner: owner.id,
    activity: activity.id,
    ...delay,
  });
  return true;
}

/** Waiting for the project's turn comes before the start is counted, so the next message counts it. */
function nextRun(environment: Environment, activity: Activity, { code }: BoughError): RunEffect {
  return code === 'project_busy' ? restartOf(environment, activity) : runOf(environment, activity);
}

function tooLong(obstacle: BoughError): BoughError {
  return new BoughError('waited_too_long', `It has waited for six hours. ${obstacle.message}`, {
    cause: obstacle,
  });
}
