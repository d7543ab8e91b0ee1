import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoStores } from '../../shared/adapters/aws/dynamodb/stores.ts';
import { sqsEffects } from '../../shared/adapters/aws/queues/queues.ts';
import { timeouts } from '../../shared/adapters/aws/timeouts.ts';
import { bind } from '../../shared/runtime/bind.ts';
import { jsonLog } from '../../shared/runtime/logger.ts';
import { readConfig } from '../../shared/runtime/read-config.ts';
import { resumeDeletions } from '../../shared/workflow/projects/resume-deletions.ts';
import { Config } from './config.ts';
import { createHandler } from './handler.ts';

const config = readConfig(Config, process.env);
const log = jsonLog(process.env);
const sqs = new SQSClient({ ...timeouts, useQueueUrlAsEndpoint: false });
const { projects, integrations } = dynamoStores(new DynamoDBClient(timeouts), config.TABLE_NAME);
const effects = sqsEffects(sqs, config.ACTIVITIES_QUEUE_URL);

/** The scheduled prune's Lambda handler. */
export const handler = createHandler({
  integrations,
  effects,
  resume: bind(resumeDeletions, { projects, effects, log }),
  log,
  random: Math.random,
  spreadSeconds: Number(config.SPREAD_SECONDS),
});
