import { createHandler } from '../../functions/activities/handler.ts';
import type { Effect } from '../../shared/domain/activities/effect.ts';
import { bind } from '../../shared/runtime/bind.ts';
import { publishProjectRules } from '../../shared/workflow/access/publish-project-rules.ts';
import { failActivity } from '../../shared/workflow/activities/fail-activity.ts';
import { postponeEffect } from '../../shared/workflow/activities/postpone-effect.ts';
import { runEnvironmentActivity } from '../../shared/workflow/activities/run-environment-activity.ts';
import { runIntegrationActivity } from '../../shared/workflow/activities/run-integration-activity.ts';
import { suspendActivity } from '../../shared/workflow/activities/suspend-activity.ts';
import { stopBuild } from '../../shared/workflow/builds/stop-build.ts';
import { pruneIntegration } from '../../shared/workflow/integrations/prune-integration.ts';
import { compactMirror } from '../../shared/workflow/mirror/compact-mirror.ts';
import { mirrorTags } from '../../shared/workflow/mirror/mirror-tags.ts';
import { purgeProject } from '../../shared/workflow/projects/purge-project.ts';
import { noteUndelivered } from '../../shared/workflow/statuses/note-undelivered.ts';
import { reportConflict } from '../../shared/workflow/statuses/report-conflict.ts';
import { reportStatus } from '../../shared/workflow/statuses/report-status.ts';
import { failuresOf } from './sqs-events.ts';
import type { World } from './world.ts';

/** The receive count after which a message becomes a dead letter, as the queue is configured. */
const mostReceipts = 5;

/**
 * The activities function over a world. Returns a function that handles one effect. A failed effect is handled as in
 * the deployed function: delayed, retried at the end of the queue, or dropped after the last attempt.
 */
export function deployedActivities({ ports: given, effects }: World): (effect: Effect) => Promise<void> {
  const ports = { ...given, chance: () => 0 };
  const nothing = async () => {};
  const receipts = new WeakMap<Effect, number>();
  // Tests replace `connect`, so each call reads the current one.
  const now = () => ({ ...ports, connect: given.connect });
  const handler = createHandler({
    runEnvironmentActivity: (...message) => runEnvironmentActivity(now(), ...message),
    runIntegrationActivity: (...message) => runIntegrationActivity(now(), ...message),
    stopBuild: bind(stopBuild, ports),
    reportStatus: (effect) => reportStatus(now(), effect),
    reportConflict: (effect) => reportConflict(now(), effect),
    noteUndelivered: bind(noteUndelivered, ports),
    mirrorTags: (...message) => mirrorTags(now(), ...message),
    compactMirror: (...message) => compactMirror(now(), ...message),
    pruneIntegration: async (...target) => void (await pruneIntegration(now(), ...target)),
    publishProjectRules: bind(publishProjectRules, ports),
    purgeProject: bind(purgeProject, ports),
    failActivity: bind(failActivity, ports),
    suspendActivity: bind(suspendActivity, ports),
    postponeEffect: bind(postponeEffect, ports),
    flushLog: ports.activityLog.flush,
    log: ports.log,
    renew: nothing,
    postpone: nothing,
    recordFailure: nothing,
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
