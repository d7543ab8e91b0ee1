import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { orWait } from '../../shared/adapters/aws/as-wait.ts';
import { EffectMessage } from '../../shared/adapters/aws/messages.ts';
import { mayPass } from '../../shared/errors.ts';
import type { Effect, Log } from '../../shared/ports.ts';
import { subjectOf } from '../../shared/runtime/message-subject.ts';
import { attemptOf, eachRecord, type Postpone, type Remember } from '../../shared/runtime/sqs-batch.ts';
import type { compactMirror } from '../../shared/workflow/compact-mirror.ts';
import type { failActivity } from '../../shared/workflow/fail-activity.ts';
import type { mirrorTags } from '../../shared/workflow/mirror-tags.ts';
import type { pruneIntegration } from '../../shared/workflow/prune-integration.ts';
import type { purgeProject } from '../../shared/workflow/purge-project.ts';
import type { reportStatus } from '../../shared/workflow/report-status.ts';
import type { runEnvironmentActivity } from '../../shared/workflow/run-environment-activity.ts';
import type { runIntegrationActivity } from '../../shared/workflow/run-integration-activity.ts';
import type { stopBuild } from '../../shared/workflow/stop-build.ts';

interface Ports {
  runOnEnvironment: ReturnType<typeof runEnvironmentActivity>;
  runOnIntegration: ReturnType<typeof runIntegrationActivity>;
  stop: ReturnType<typeof stopBuild>;
  report: ReturnType<typeof reportStatus>;
  tags: ReturnType<typeof mirrorTags>;
  compact: ReturnType<typeof compactMirror>;
  prune: (...target: Parameters<ReturnType<typeof pruneIntegration>>) => Promise<void>;
  purge: ReturnType<typeof purgeProject>;
  fail: ReturnType<typeof failActivity>;
  log: Log;
  postpone: Postpone;
  remember: Remember;
}

/** Below the queue's own limit, so that an activity ends with its reason before its message is given up. */
const mostAttempts = 3;

export function createHandler(ports: Ports) {
  const handle = async (record: SQSRecord) => {
    const effect = EffectMessage.parse(JSON.parse(record.body));
    try {
      await orWait(() => perform(ports, effect, attemptOf(record)));
    } catch (error) {
      if (isWorthRetrying(effect, error, attemptOf(record))) throw error;
      ports.log.error(effect.type === 'integration.prune' ? 'prune failed' : 'effect given up', {
        ...subjectOf(record.body),
        attempt: attemptOf(record),
        error,
      });
      if ('activity' in effect) await ports.fail(effect, error);
    }
  };
  return middy<SQSEvent, SQSBatchResponse>().handler(eachRecord(handle, ports));
}

/** Work that the schedule requests again is not retried. Nothing else retries a purge: it ends as a dead letter. */
function isWorthRetrying({ type }: Effect, error: unknown, attempt: number): boolean {
  if (type === 'project.purge') return true;
  const isScheduled = type === 'mirror.compact' || type === 'integration.prune';
  return !isScheduled && mayPass(error) && attempt < mostAttempts;
}

async function perform(
  { runOnEnvironment, runOnIntegration, stop, report, tags, compact, prune, purge }: Ports,
  effect: Effect,
  attempt: number,
): Promise<void> {
  switch (effect.type) {
    case 'environment.run':
      return runOnEnvironment(effect.project, effect.environment, effect.activity, attempt);
    case 'integration.run':
      return runOnIntegration(effect.project, effect.integration, effect.activity);
    case 'build.stop':
      return stop(effect);
    case 'status.report':
      return report(effect);
    case 'mirror.tags':
      return tags(effect.project, effect.integration);
    case 'mirror.compact':
      // A redelivery means that the function timed out; it would time out again.
      return attempt > 1 ? undefined : compact(effect.project, effect.integration);
    case 'integration.prune':
      // The same: the schedule is the retry.
      return attempt > 1 ? undefined : prune(effect.project, effect.integration);
    case 'project.purge':
      return purge(effect.project, effect.again);
    default:
      return effect satisfies never;
  }
}
