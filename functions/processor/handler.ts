import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { BuildEndedMessage, QueuedEventMessage } from '../../shared/adapters/aws/messages.ts';
import type { Log } from '../../shared/ports.ts';
import { attemptOf, eachRecord, type Postpone } from '../../shared/runtime/sqs-batch.ts';
import type { concludeBuild } from '../../shared/workflow/conclude-build.ts';
import type { processEvent } from '../../shared/workflow/process-event.ts';

interface Ports {
  process: ReturnType<typeof processEvent>;
  conclude: ReturnType<typeof concludeBuild>;
  log: Log;
  postpone: Postpone;
}

/** The events queue carries source events, and what EventBridge tells of builds that ended. */
export function createHandler({ process, conclude, log, postpone }: Ports) {
  const handle = async (record: SQSRecord) => {
    const body: unknown = JSON.parse(record.body);
    const build = BuildEndedMessage.safeParse(body);
    if (build.success) await conclude(endedBuild(build.data));
    else await process(QueuedEventMessage.parse(body), attemptOf(record) > 1);
  };
  return middy<SQSEvent, SQSBatchResponse>().handler(eachRecord(handle, { log, postpone }));
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
