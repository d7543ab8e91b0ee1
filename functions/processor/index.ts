import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { s3BuildResults } from '../../shared/adapters/aws/builds/read-build-result.ts';
import { dynamoMessageFailures } from '../../shared/adapters/aws/dynamodb/message-failures.ts';
import { dynamoStores } from '../../shared/adapters/aws/dynamodb/stores.ts';
import { sqsEffects, sqsPostpone } from '../../shared/adapters/aws/queues/queues.ts';
import { s3Client } from '../../shared/adapters/aws/s3/client.ts';
import { timeouts } from '../../shared/adapters/aws/timeouts.ts';
import { bind } from '../../shared/runtime/bind.ts';
import { systemClock as clock } from '../../shared/runtime/clock.ts';
import { emfMetrics } from '../../shared/runtime/emf-metrics.ts';
import { jsonLog } from '../../shared/runtime/logger.ts';
import { countFinishedActivities } from '../../shared/runtime/metered.ts';
import { readConfig } from '../../shared/runtime/read-config.ts';
import { concludeBuild } from '../../shared/workflow/builds/conclude-build.ts';
import { processEvent } from '../../shared/workflow/deliveries/process-event.ts';
import { Config } from './config.ts';
import { createHandler } from './handler.ts';

const config = readConfig(Config, process.env);
const log = jsonLog(process.env);
const metrics = emfMetrics(config.METRICS_NAMESPACE);
const { table, projects, integrations, deliveries, ...stores } = dynamoStores(
  new DynamoDBClient(timeouts),
  config.TABLE_NAME,
);
const environments = countFinishedActivities(stores.environments, metrics);
const sqs = new SQSClient({ ...timeouts, useQueueUrlAsEndpoint: false });
const effects = sqsEffects(sqs, config.ACTIVITIES_QUEUE_URL);
const results = s3BuildResults(s3Client(), config.ACTIVITIES_BUCKET);

/** The processor's Lambda handler. */
export const handler = createHandler({
  process: bind(processEvent, { projects, integrations, environments, deliveries, effects, clock, log }),
  conclude: bind(concludeBuild, { projects, environments, effects, results, clock, log }),
  clock,
  metrics,
  log,
  postpone: sqsPostpone(sqs, config.EVENTS_QUEUE_URL),
  recordFailure: dynamoMessageFailures(table, clock).record,
});
