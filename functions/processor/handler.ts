import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { BuildEndedMessage, QueuedEventMessage } from '../../shared/adapters/aws/messages.ts';
import type { Clock, Log, Metrics } from '../../shared/ports.ts';
import { secondsBetween } from '../../shared/runtime/metered.ts';
import { attemptOf, eachRecord, type Postpone, type Remember } from '../../shared/runtime/sqs-batch.ts';
import type { concludeBuild } from '../../shared/workflow/conclude-build.ts';
import type { processEvent } from '../../shared/workflow/process-event.ts';

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

function endedBuild({ detail }: BuildEndedMessage): Parameters<Ports['conclude']>[0] {
  const variables = new Map(
    detail['additional-information'].environment['environment-variables'].map(({ name, value }) => [
      name,
      value,
    ]),
  );
  return {
    project: variables.get('BOUGH_PROJECT') ?? '',
    environment: variables.get('BOUGH_ENVIRONMENT') ?? '',
    activity: variables.get('BOUGH_ACTIVITY') ?? '',
    commit: variables.get('BOUGH_COMMIT'),
    status: detail['build-status'],
  };
}
