import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { BuildEndedMessage, QueuedEventMessage, variablesOf } from '../../shared/adapters/aws/messages.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import { secondsBetween } from '../../shared/runtime/metered.ts';
import { attemptOf, eachRecord, type Postpone, type Remember } from '../../shared/runtime/queue/sqs-batch.ts';
import type { concludeBuild } from '../../shared/workflow/builds/conclude-build.ts';
import type { processEvent } from '../../shared/workflow/deliveries/process-event.ts';

interface Ports {
  process: ReturnType<typeof processEvent>;
  conclude: ReturnType<typeof concludeBuild>;
  clock: Pick<Clock, 'now'>;
  metrics: Metrics;
  log: Log;
  postpone: Postpone;
  remember: Remember;
}

/** The events queue carries source events, and what EventBridge tells of builds that ended. */
export function createHandler({ process, conclude, clock, metrics, log, postpone, remember }: Ports) {
  const handle = async (record: SQSRecord) => {
    const body: unknown = JSON.parse(record.body);
    const build = BuildEndedMessage.safeParse(body);
    if (build.success) return conclude(endedBuild(build.data));
    const queued = QueuedEventMessage.parse(body);
    const verdict = await process(queued, attemptOf(record) > 1);
    metrics.record({ Decisions: 1 }, { verdict });
    const { delivered_at } = queued;
    if (delivered_at) metrics.record({ DecisionSeconds: secondsBetween(delivered_at, clock.now()) });
  };
  return middy<SQSEvent, SQSBatchResponse>().handler(eachRecord(handle, { log, postpone, remember }));
}

function endedBuild(message: BuildEndedMessage): Parameters<Ports['conclude']>[0] {
  const variables = variablesOf(message);
  return {
    project: variables['BOUGH_PROJECT'] ?? '',
    environment: variables['BOUGH_ENVIRONMENT'] ?? '',
    activity: variables['BOUGH_ACTIVITY'] ?? '',
    commit: variables['BOUGH_COMMIT'],
    status: message.detail['build-status'],
    // The id is an ARN with the account, which logs and activities omit.
    build: message.detail['build-id'].replace(/^.*:build\//, ''),
  };
}
