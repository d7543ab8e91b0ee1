import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import {
  attemptOf,
  eachRecord,
  type Postpone,
  type RecordFailure,
} from '../../shared/adapters/aws/queues/batch.ts';
import { withLease } from '../../shared/adapters/aws/queues/lease.ts';
import { subjectOf } from '../../shared/adapters/aws/queues/message-subject.ts';
import { EffectMessage } from '../../shared/adapters/aws/queues/messages.ts';
import { withWaitErrors } from '../../shared/adapters/aws/wait-errors.ts';
import type { Effect, RunEffect } from '../../shared/domain/activities/effect.ts';
import { type BoughError, isWait, mayPass } from '../../shared/errors.ts';
import type { ActivityLog } from '../../shared/ports/activities.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Bound } from '../../shared/runtime/bind.ts';
import type { publishProjectRules } from '../../shared/workflow/access/publish-project-rules.ts';
import type { failActivity } from '../../shared/workflow/activities/fail-activity.ts';
import type { postponeEffect } from '../../shared/workflow/activities/postpone-effect.ts';
import type { runEnvironmentActivity } from '../../shared/workflow/activities/run-environment-activity.ts';
import type { runIntegrationActivity } from '../../shared/workflow/activities/run-integration-activity.ts';
import type { suspendActivity } from '../../shared/workflow/activities/suspend-activity.ts';
import type { stopBuild } from '../../shared/workflow/builds/stop-build.ts';
import type { pruneIntegration } from '../../shared/workflow/integrations/prune-integration.ts';
import type { compactMirror } from '../../shared/workflow/mirror/compact-mirror.ts';
import type { mirrorTags } from '../../shared/workflow/mirror/mirror-tags.ts';
import type { purgeProject } from '../../shared/workflow/projects/purge-project.ts';
import type { noteUndelivered } from '../../shared/workflow/statuses/note-undelivered.ts';
import type { reportConflict } from '../../shared/workflow/statuses/report-conflict.ts';
import type { reportStatus } from '../../shared/workflow/statuses/report-status.ts';

interface Ports {
  runEnvironmentActivity: Bound<typeof runEnvironmentActivity>;
  runIntegrationActivity: Bound<typeof runIntegrationActivity>;
  stopBuild: Bound<typeof stopBuild>;
  reportStatus: Bound<typeof reportStatus>;
  reportConflict: Bound<typeof reportConflict>;
  mirrorTags: Bound<typeof mirrorTags>;
  compactMirror: Bound<typeof compactMirror>;
  publishProjectRules: Bound<typeof publishProjectRules>;
  pruneIntegration: (...target: Parameters<Bound<typeof pruneIntegration>>) => Promise<void>;
  purgeProject: Bound<typeof purgeProject>;
  failActivity: Bound<typeof failActivity>;
  suspendActivity: Bound<typeof suspendActivity>;
  postponeEffect: Bound<typeof postponeEffect>;
  flushLog: ActivityLog['flush'];
  noteUndelivered: Bound<typeof noteUndelivered>;
  log: Log;
  /** Keeps a message hidden while its runner lives. */
  renew: Postpone;
  postpone: Postpone;
  recordFailure: RecordFailure;
}

/** Fewer attempts than the queue's limit, so that an activity ends with its reason before its message becomes a dead letter. */
export const mostAttempts = 3;

/** Creates the Lambda handler that performs effects. */
export function createHandler(ports: Ports) {
  const handle = async (record: SQSRecord) => {
    const effect = EffectMessage.parse(JSON.parse(record.body));
    const receipt = attemptOf(record);
    try {
      await withLease(record.receiptHandle, ports, () =>
        withWaitErrors(() => perform(ports, effect, receipt)),
      );
    } catch (error) {
      await react(ports, effect, error, receipt, record);
    } finally {
      if ('activity' in effect) await storeLog(ports, effect);
    }
  };
  return middy<SQSEvent, SQSBatchResponse>().handler(eachRecord(handle, ports));
}

/** Stores the log of an activity that has not ended. The activity continues without its last lines. */
async function storeLog({ flushLog, log }: Ports, { project, activity: { id } }: RunEffect): Promise<void> {
  await flushLog(project, id).catch((error: unknown) => {
    log.warn('log not stored', { project, activity: id, error });
  });
}

/**
 * Decides what becomes of work that did not succeed: it waits for a limit or an outage to pass, comes back soon, or is
 * given up. Activities that are given up end with their reason; the message of any other effect becomes a dead letter.
 * @throws the error, when the message itself shall come back
 */
async function react(
  ports: Ports,
  effect: Effect,
  error: unknown,
  receipt: number,
  record: SQSRecord,
): Promise<void> {
  const fields = { ...subjectOf(record.body), attempt: receipt, error };
  // Work that the schedule requests again is not retried.
  if (effect.type === 'integration.prune') return ports.log.error('prune failed', fields);
  if (effect.type === 'mirror.compact') return ports.log.error('effect given up', fields);
  if (!('activity' in effect)) {
    if (isWait(error) && (await hasTime(ports, effect, error))) return;
    const isGivenUp = isWait(error) || receipt >= mostAttempts;
    if (isGivenUp && effect.type === 'status.report') await ports.noteUndelivered(effect, error);
    throw error;
  }
  if (isWait(error)) return ports.suspendActivity(effect, error);
  if (mayPass(error) && receipt < mostAttempts) throw error;
  ports.log.error('effect given up', fields);
  await ports.failActivity(effect, error);
}

/** Sends the effect again for later; false when it has waited long enough. */
async function hasTime(ports: Ports, effect: Effect, obstacle: BoughError): Promise<boolean> {
  try {
    await ports.postponeEffect(effect, obstacle);
    return true;
  } catch (error) {
    if (error === obstacle) return false;
    throw error;
  }
}

async function perform(ports: Ports, effect: Effect, attempt: number): Promise<void> {
  switch (effect.type) {
    case 'environment.run':
      return ports.runEnvironmentActivity(effect, attempt);
    case 'integration.run':
      return ports.runIntegrationActivity(effect, attempt);
    case 'build.stop':
      return ports.stopBuild(effect);
    case 'status.report':
      return ports.reportStatus(effect);
    case 'conflict.report':
      return ports.reportConflict(effect);
    case 'mirror.tags':
      return ports.mirrorTags(effect.project, effect.integration);
    case 'mirror.compact':
      // A redelivery means that the function timed out; it would time out again.
      return attempt > 1 ? undefined : ports.compactMirror(effect.project, effect.integration);
    case 'access.publish':
      return ports.publishProjectRules(effect.project, effect);
    case 'integration.prune':
      // A redelivery is ignored, because the schedule repeats the prune.
      return attempt > 1
        ? undefined
        : ports.pruneIntegration(effect.project, effect.integration, effect.peers);
    case 'project.purge':
      return ports.purgeProject(effect.project, effect);
    default:
      return effect satisfies never;
  }
}
