import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoIntegrations } from '../../shared/adapters/aws/dynamodb/integrations.ts';
import { dynamoTable } from '../../shared/adapters/aws/dynamodb/table.ts';
import { kmsSecrets } from '../../shared/adapters/aws/kms-secrets.ts';
import { sqsEvents } from '../../shared/adapters/aws/queues/queues.ts';
import { timeouts } from '../../shared/adapters/aws/timeouts.ts';
import { webhookFormats } from '../../shared/providers/webhook-formats.ts';
import { bind } from '../../shared/runtime/bind.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { jsonLog } from '../../shared/runtime/logger.ts';
import { readConfig } from '../../shared/runtime/read-config.ts';
import { acceptDelivery } from '../../shared/workflow/deliveries/accept-delivery.ts';
import { Config } from './config.ts';
import { createHandler } from './handler.ts';
import { warmUp } from './warm-up.ts';

const config = readConfig(Config, process.env);
const clients = {
  dynamodb: new DynamoDBClient(timeouts),
  kms: new KMSClient(timeouts),
  sqs: new SQSClient({ ...timeouts, useQueueUrlAsEndpoint: false }),
};
await warmUp(clients, config);

/** The webhook's Lambda handler. */
export const handler = createHandler({
  accept: bind(acceptDelivery, {
    reportedRefusals: new Map(),
    integrations: dynamoIntegrations(dynamoTable(clients.dynamodb, config.TABLE_NAME)),
    secrets: kmsSecrets(clients.kms, config.KEY_ARN),
    events: sqsEvents(clients.sqs, config.EVENTS_QUEUE_URL),
    formats: webhookFormats,
    clock: systemClock,
  }),
  log: jsonLog(process.env),
});
