import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import {
  attemptOf,
  eachRecord,
  type Postpone,
  type RecordFailure,
} from '../../shared/adapters/aws/queues/batch.ts';
import { parseEventsMessage } from '../../shared/adapters/aws/queues/messages.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import type { Bound } from '../../shared/runtime/bind.ts';
import { elapsedSeconds } from '../../shared/runtime/metered.ts';
import type { concludeBuild } from '../../shared/workflow/builds/conclude-build.ts';
import type { processEvent } from '../../shared/workflow/deliveries/process-event.ts';

interface Ports {
  process: Bound<typeof processEvent>;
  conclude: Bound<typeof concludeBuild>;
  clock: Pick<Clock, 'now'>;
  metrics: Metrics;
  log: Log;
  postpone: Postpone;
  recordFailure: RecordFailure;
}

/** Handles the events queue, which contains source events and EventBridge's events about builds that ended. */
export function createHandler({ process, conclude, clock, metrics, log, postpone, recordFailure }: Ports) {
  const handle = async (record: SQSRecord) => {
    const message = parseEventsMessage(JSON.parse(record.body));
    if (message.kind === 'build_ended') return conclude(message.build);
    const { queued } = message;
    const verdict = await process(queued, attemptOf(record) > 1);
    metrics.record({ Decisions: 1 }, { verdict });
    const { delivered_at } = queued;
    if (delivered_at) metrics.record({ DecisionSeconds: elapsedSeconds(delivered_at, clock.now()) });
  };
  return middy<SQSEvent, SQSBatchResponse>().handler(eachRecord(handle, { log, postpone, recordFailure }));
}
