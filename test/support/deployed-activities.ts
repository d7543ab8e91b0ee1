import { createHandler } from '../../functions/activities/handler.ts';
import type { Effect } from '../../shared/ports.ts';
import { compactMirror } from '../../shared/workflow/compact-mirror.ts';
import { failActivity } from '../../shared/workflow/fail-activity.ts';
import { mirrorTags } from '../../shared/workflow/mirror-tags.ts';
import { noteUndelivered } from '../../shared/workflow/note-undelivered.ts';
import { postponeEffect } from '../../shared/workflow/postpone-effect.ts';
import { pruneIntegration } from '../../shared/workflow/prune-integration.ts';
import { purgeProject } from '../../shared/workflow/purge-project.ts';
import { reportConflict } from '../../shared/workflow/report-conflict.ts';
import { reportStatus } from '../../shared/workflow/report-status.ts';
import { runEnvironmentActivity } from '../../shared/workflow/run-environment-activity.ts';
import { runIntegrationActivity } from '../../shared/workflow/run-integration-activity.ts';
import { stopBuild } from '../../shared/workflow/stop-build.ts';
import { suspendActivity } from '../../shared/workflow/suspend-activity.ts';
import { failuresOf } from './sqs-events.ts';
import type { World } from './world.ts';

/** As the queue is set up: a message that was given out so often becomes a dead letter. */
const mostReceipts = 5;

/**
 * The activities function over a world. A failure is met as the deployed function meets it: the work waits, comes back,
 * or is given up. Gives an effect to the function; a message that goes back to the queue comes once more, last.
 */
export function deployedActivities({ ports: given, effects }: World): (effect: Effect) => Promise<void> {
  const ports = { ...given, chance: () => 0 };
  const nothing = async () => {};
  const receipts = new WeakMap<Effect, number>();
  // Each call takes the present connection.
  const now = () => ({ ...ports, connect: given.connect });
  const handler = createHandler({
    runOnEnvironment: (...message) => runEnvironmentActivity(now())(...message),
    runOnIntegration: (...message) => runIntegrationActivity(now())(...message),
    stop: stopBuild(ports),
    report: (effect) => reportStatus(now())(effect),
    tellConflict: (effect) => reportConflict(now())(effect),
    noteUndelivered: noteUndelivered(ports),
    tags: (...message) => mirrorTags(now())(...message),
    compact: (...message) => compactMirror(now())(...message),
    prune: async (...target) => void (await pruneIntegration(now())(...target)),
    purge: purgeProject(ports),
    fail: failActivity(ports),
    suspend: suspendActivity(ports),
    postponeEffect: postponeEffect(ports),
    log: ports.log,
    renew: nothing,
    postpone: nothing,
    remember: nothing,
  });
  return async (effect) => {
    const attempt = (receipts.get(effect) ?? 0) + 1;
    const failures = await failuresOf(handler, { body: effect, attempt });
    if (failures.length === 0 || attempt === mostReceipts) return;
    const again = structuredClone(effect);
    receipts.set(again, attempt);
    effects.push(again);
  };
}
