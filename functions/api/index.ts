import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { s3BuildPermits } from '../../shared/adapters/aws/builds/build-permits.ts';
import { stsEnvironmentRights } from '../../shared/adapters/aws/builds/environment-rights.ts';
import { awsDeploymentFacts } from '../../shared/adapters/aws/deployment-facts.ts';
import { dynamoMessageFailures } from '../../shared/adapters/aws/dynamodb/message-failures.ts';
import { dynamoStores } from '../../shared/adapters/aws/dynamodb/stores.ts';
import { kmsSecrets } from '../../shared/adapters/aws/kms-secrets.ts';
import { kmsVariables } from '../../shared/adapters/aws/kms-variables.ts';
import { type RedrivenQueue, sqsDeadLetters } from '../../shared/adapters/aws/queues/dead-letters.ts';
import { sqsEffects } from '../../shared/adapters/aws/queues/queues.ts';
import { s3ActivityLogReader } from '../../shared/adapters/aws/s3/activity-log-reader.ts';
import { s3Client } from '../../shared/adapters/aws/s3/client.ts';
import { s3MirrorLinks } from '../../shared/adapters/aws/s3/mirror-links.ts';
import { s3SitePages } from '../../shared/adapters/aws/s3/site-pages.ts';
import { timeouts } from '../../shared/adapters/aws/timeouts.ts';
import { packageFile } from '../../shared/api/command-package.ts';
import { sessionSeconds } from '../../shared/domain/builds/session-length.ts';
import { hookPath } from '../../shared/domain/integrations/integration.ts';
import { connectGitHost, pullRequestUrlOf, repositoryUrlOf } from '../../shared/providers/connect.ts';
import { bitbucketTraffic } from '../../shared/providers/traffic/traffic.ts';
import { systemClock as clock } from '../../shared/runtime/clock.ts';
import { hashPassword } from '../../shared/runtime/hash-password.ts';
import { newId, newSecret } from '../../shared/runtime/ids.ts';
import { jsonLog } from '../../shared/runtime/logger.ts';
import { machineNameOf } from '../../shared/runtime/machine-name.ts';
import { readConfig } from '../../shared/runtime/read-config.ts';
import { Config } from './config.ts';
import { createHandler } from './handler.ts';

const config = readConfig(Config, process.env);
const kms = new KMSClient(timeouts);
const secrets = kmsSecrets(kms, config.KEY_ARN);
const stores = dynamoStores(new DynamoDBClient(timeouts), config.TABLE_NAME);
const log = jsonLog(process.env);
const traffic = bitbucketTraffic({ budgets: stores.budgets, clock, log });
const s3 = s3Client();
const sqs = new SQSClient({ ...timeouts, useQueueUrlAsEndpoint: false });

const queues: RedrivenQueue[] = [
  { name: 'events', url: config.EVENTS_QUEUE_URL, deadLettersUrl: config.EVENTS_DEAD_LETTERS_URL },
  {
    name: 'activities',
    url: config.ACTIVITIES_QUEUE_URL,
    deadLettersUrl: config.ACTIVITIES_DEAD_LETTERS_URL,
  },
  { name: 'prune', url: null, deadLettersUrl: config.PRUNE_DEAD_LETTERS_URL },
];
const region = regionOf(config.KEY_ARN);

/** The management API's Lambda handler. */
export const handler = createHandler({
  ...stores,
  secrets,
  variableSecrets: kmsVariables(kms, config.KEY_ARN),
  clock,
  newId,
  newWebhookSecret: newSecret,
  newLogKey: newSecret,
  hashPassword,
  distributionKey: config.DISTRIBUTION_KEY,
  effects: sqsEffects(sqs, config.ACTIVITIES_QUEUE_URL),
  connect: connectGitHost(secrets, config, traffic),
  deadLetters: sqsDeadLetters(sqs, queues),
  deployment: awsDeploymentFacts({
    region,
    env: process.env,
    buildQuotaCode: config.BUILD_QUOTA_CODE,
    neededExecutions: Number(config.NEEDED_EXECUTIONS),
    scheduleName: config.SCHEDULE_NAME,
    alarmTopicArn: config.ALARM_TOPIC_ARN,
    sqs,
    queues,
  }),
  commandPackage: () => readIfPresent(join(import.meta.dirname, packageFile)),
  pause,
  failures: dynamoMessageFailures(stores.table, clock),
  logs: s3ActivityLogReader(s3, config.ACTIVITIES_BUCKET),
  sitePages: s3SitePages(s3, config.SITES_BUCKET),
  mirrorLinks: s3MirrorLinks(stores.table, s3, config.MIRROR_BUCKET),
  permits: s3BuildPermits(s3, config.ACTIVITIES_BUCKET),
  machineName: machineNameOf,
  rights: stsEnvironmentRights(
    new STSClient(timeouts),
    config.ENVIRONMENT_ROLE_ARN,
    sessionSeconds(Number(config.BUILD_MINUTES)),
  ),
  log,
  hookUrl: (integration) => config.API_URL + hookPath(integration),
  repositoryUrl: (integration) => repositoryUrlOf(integration, config),
  pullRequestUrl: (integration, number) => pullRequestUrlOf(integration, config, number),
  apiUrl: config.API_URL,
  sitesUrl: config.SITES_URL,
  region,
});

async function readIfPresent(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** The region, taken from the key's ARN. */
function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}
