import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { s3ActivityLog } from '../../shared/adapters/aws/builds/activity-log.ts';
import { codebuildBuilder } from '../../shared/adapters/aws/builds/codebuild-builder.ts';
import { s3BuildResults } from '../../shared/adapters/aws/builds/read-build-result.ts';
import { keyValueSiteRules } from '../../shared/adapters/aws/cloudfront/site-rules.ts';
import { dynamoMessageFailures } from '../../shared/adapters/aws/dynamodb/message-failures.ts';
import { dynamoStores } from '../../shared/adapters/aws/dynamodb/stores.ts';
import { kmsSecrets } from '../../shared/adapters/aws/kms-secrets.ts';
import { s3Mirrors } from '../../shared/adapters/aws/mirror/mirrors.ts';
import { sqsEffects, sqsEvents, sqsPostpone } from '../../shared/adapters/aws/queues/queues.ts';
import { s3Client } from '../../shared/adapters/aws/s3/client.ts';
import { s3ProjectFiles } from '../../shared/adapters/aws/s3/project-files.ts';
import { timeouts } from '../../shared/adapters/aws/timeouts.ts';
import { hookPath, type Integration } from '../../shared/domain/integrations/integration.ts';
import { connectGitHost } from '../../shared/providers/connect.ts';
import { bitbucketTraffic } from '../../shared/providers/traffic/traffic.ts';
import { bind } from '../../shared/runtime/bind.ts';
import { recordCalls } from '../../shared/runtime/bitbucket-calls.ts';
import { systemClock as clock } from '../../shared/runtime/clock.ts';
import { emfMetrics } from '../../shared/runtime/emf-metrics.ts';
import { newSecret } from '../../shared/runtime/ids.ts';
import { logPath } from '../../shared/runtime/log-link.ts';
import { jsonLog } from '../../shared/runtime/logger.ts';
import { machineNameOf } from '../../shared/runtime/machine-name.ts';
import { countFinishedActivities, countPrunes, measureMirrors } from '../../shared/runtime/metered.ts';
import { statusPagePath } from '../../shared/runtime/page-link.ts';
import { readConfig } from '../../shared/runtime/read-config.ts';
import { publishProjectRules } from '../../shared/workflow/access/publish-project-rules.ts';
import { failActivity } from '../../shared/workflow/activities/fail-activity.ts';
import { postponeEffect } from '../../shared/workflow/activities/postpone-effect.ts';
import { runEnvironmentActivity } from '../../shared/workflow/activities/run-environment-activity.ts';
import { runIntegrationActivity } from '../../shared/workflow/activities/run-integration-activity.ts';
import { suspendActivity } from '../../shared/workflow/activities/suspend-activity.ts';
import { stopBuild } from '../../shared/workflow/builds/stop-build.ts';
import { pruneIntegration } from '../../shared/workflow/integrations/prune-integration.ts';
import { compactMirror } from '../../shared/workflow/mirror/compact-mirror.ts';
import { mirrorTags } from '../../shared/workflow/mirror/mirror-tags.ts';
import { purgeProject } from '../../shared/workflow/projects/purge-project.ts';
import { noteUndelivered } from '../../shared/workflow/statuses/note-undelivered.ts';
import { reportConflict } from '../../shared/workflow/statuses/report-conflict.ts';
import { reportStatus } from '../../shared/workflow/statuses/report-status.ts';
import { Config } from './config.ts';
import { createHandler } from './handler.ts';

const config = readConfig(Config, process.env);
const s3 = s3Client();
const sqs = new SQSClient({ ...timeouts, useQueueUrlAsEndpoint: false });
const secrets = kmsSecrets(new KMSClient(timeouts), config.KEY_ARN);
const stores = dynamoStores(new DynamoDBClient(timeouts), config.TABLE_NAME);

const log = jsonLog(process.env);
const traffic = bitbucketTraffic({ budgets: stores.budgets, clock, log });

const metrics = emfMetrics(config.METRICS_NAMESPACE);

const ports = {
  ...stores,
  environments: countFinishedActivities(stores.environments, metrics),
  integrations: countFinishedActivities(stores.integrations, metrics),
  secrets,
  clock,
  log,
  mirrors: measureMirrors(s3Mirrors(stores.table, s3, config.MIRROR_BUCKET, log), metrics, clock),
  files: s3ProjectFiles(s3, {
    mirror: config.MIRROR_BUCKET,
    activities: config.ACTIVITIES_BUCKET,
    data: config.DATA_BUCKET,
    sites: config.SITES_BUCKET,
  }),
  siteRules: keyValueSiteRules(new CloudFrontKeyValueStoreClient(timeouts), config.SITE_RULES_ARN),
  builder: codebuildBuilder(
    new CodeBuildClient(timeouts),
    s3,
    config.BUILDER_PROJECT,
    config.ACTIVITIES_BUCKET,
    newSecret,
  ),
  results: s3BuildResults(s3, config.ACTIVITIES_BUCKET),
  activityLog: s3ActivityLog(s3, config.ACTIVITIES_BUCKET, log),
  events: sqsEvents(sqs, config.EVENTS_QUEUE_URL),
  effects: sqsEffects(sqs, config.ACTIVITIES_QUEUE_URL),
  connect: connectGitHost(secrets, config, traffic),
  hookUrl: (integration: Integration) => config.API_URL + hookPath(integration),
  chance: Math.random,
  machineName: machineNameOf,
  logUrl: async (integration: Integration, activity: string) =>
    config.API_URL + (await logPath(secrets, integration, activity)),
  statusPageUrl: async (integration: Integration, environment: string, activity: string) => {
    const path = await statusPagePath(secrets, integration, environment, activity);
    return path && config.API_URL + path;
  },
};

const postpone = sqsPostpone(sqs, config.ACTIVITIES_QUEUE_URL);

/** The Lambda handler that runs activities. */
export const handler = createHandler({
  runEnvironmentActivity: bind(runEnvironmentActivity, ports),
  runIntegrationActivity: bind(runIntegrationActivity, ports),
  stopBuild: bind(stopBuild, ports),
  reportStatus: bind(reportStatus, ports),
  reportConflict: bind(reportConflict, ports),
  mirrorTags: bind(mirrorTags, ports),
  compactMirror: bind(compactMirror, ports),
  pruneIntegration: countPrunes(
    bind(pruneIntegration, { ...ports, connect: connectGitHost(secrets, config, traffic, 'schedule') }),
    metrics,
  ),
  publishProjectRules: bind(publishProjectRules, ports),
  purgeProject: bind(purgeProject, ports),
  failActivity: bind(failActivity, ports),
  suspendActivity: bind(suspendActivity, ports),
  postponeEffect: bind(postponeEffect, ports),
  flushLog: ports.activityLog.flush,
  noteUndelivered: bind(noteUndelivered, ports),
  log: ports.log,
  renew: postpone,
  postpone,
  recordFailure: dynamoMessageFailures(stores.table, clock).record,
}).use(recordCalls(metrics));
