import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoStores } from '../../shared/adapters/aws/dynamo-stores.ts';
import { kmsSecrets } from '../../shared/adapters/aws/kms-secrets.ts';
import { mirrorSizes } from '../../shared/adapters/aws/mirrors.ts';
import { sqsEffects, sqsEvents } from '../../shared/adapters/aws/sqs-queues.ts';
import { timeouts } from '../../shared/adapters/aws/timeouts.ts';
import { hookPath } from '../../shared/domain/integration.ts';
import { connectGitHost } from '../../shared/providers/connect.ts';
import { recordCalls } from '../../shared/runtime/bitbucket-calls.ts';
import { systemClock as clock } from '../../shared/runtime/clock.ts';
import { emfMetrics } from '../../shared/runtime/emf-metrics.ts';
import { jsonLog } from '../../shared/runtime/logger.ts';
import { readConfig } from '../../shared/runtime/read-config.ts';
import { pruneIntegration } from '../../shared/workflow/prune-integration.ts';
import { resumeDeletions } from '../../shared/workflow/resume-deletions.ts';
import { Config } from './config.ts';
import { createHandler } from './handler.ts';

const config = readConfig(Config, process.env);
const log = jsonLog(process.env);
const metrics = emfMetrics(config.METRICS_NAMESPACE);
const sqs = new SQSClient({ ...timeouts, useQueueUrlAsEndpoint: false });
const secrets = kmsSecrets(new KMSClient(timeouts), config.KEY_ARN);
const { projects, integrations, environments, table } = dynamoStores(
  new DynamoDBClient(timeouts),
  config.TABLE_NAME,
);

const effects = sqsEffects(sqs, config.ACTIVITIES_QUEUE_URL);

const prune = pruneIntegration({
  projects,
  integrations,
  environments,
  mirrors: mirrorSizes(table),
  secrets,
  clock,
  log,
  events: sqsEvents(sqs, config.EVENTS_QUEUE_URL),
  effects,
  connect: connectGitHost(secrets, config),
  hookUrl: (integration) => config.API_URL + hookPath(integration),
});

export const handler = createHandler({
  integrations,
  prune,
  resume: resumeDeletions({ projects, effects, log }),
  metrics,
  log,
}).use(recordCalls(metrics));
