import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Access } from './constructs/access.ts';
import { Activities } from './constructs/activities.ts';
import { Api } from './constructs/api.ts';
import { Bitbucket } from './constructs/bitbucket.ts';
import { Builder } from './constructs/builder.ts';
import { detoursTo, resourcesOf } from './constructs/closed.ts';
import { Http } from './constructs/http.ts';
import { installCommand } from './constructs/install-command.ts';
import { retainLogs } from './constructs/log-retention.ts';
import { Processor } from './constructs/processor.ts';
import { Prune } from './constructs/prune.ts';
import { WorkQueue } from './constructs/queue.ts';
import { SiteRules } from './constructs/site-rules.ts';
import { Sites } from './constructs/sites.ts';
import { Storage } from './constructs/storage.ts';
import { Webhook } from './constructs/webhook.ts';
import { DeploymentError } from './deployment-error.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { BUILDER_DIRECTORY, type FunctionName, functionDirectory } from './programs.ts';
import type { Settings } from './settings.ts';

/** The settings of a deployment and its bundles. */
export interface BoughStackProps extends StackProps {
  readonly settings: Settings;
  /** The directory of the bundles. */
  readonly assets: string;
}

/** The whole system, in the order in which a push passes through it. */
export class BoughStack extends Stack {
  constructor(scope: Construct, id: string, { settings, assets, ...props }: BoughStackProps) {
    super(scope, id, {
      description: 'Bough: an environment for every Bitbucket branch and pull request',
      analyticsReporting: false,
      ...props,
    });
    const code = (name: FunctionName) => Code.fromAsset(bundled(assets, functionDirectory(name)));
    const bitbucket = new Bitbucket(this, 'Bitbucket', settings);
    retainLogs(this, settings.logRetentionDays);

    const storage = new Storage(this, 'Storage', { retain: settings.retainData });
    const events = new WorkQueue(this, 'EventsQueue', { consumerTimeout: Processor.timeout });
    const activities = new WorkQueue(this, 'ActivitiesQueue', { consumerTimeout: Activities.timeout });
    // Every route requires IAM unless it opts out: the webhook, the links to logs and the error pages of sites do.
    const http = new Http(this, 'Http');
    const siteRules = new SiteRules(this, 'SiteRules');
    const sites = new Sites(this, 'Sites', { bucket: storage.sites, http, rules: siteRules, settings });

    const webhook = new Webhook(this, 'Webhook', { code: code('webhook'), http, storage, events });
    const processor = new Processor(this, 'Processor', {
      code: code('processor'),
      storage,
      events,
      activities,
      concurrency: processorConcurrency(settings.activityConcurrency),
    });
    // An upgrade replaces the processor first, so that it knows every message that the webhook sends.
    webhook.function.node.addDependency(processor.function);
    const builder = new Builder(this, 'Builder', {
      directory: bundled(assets, BUILDER_DIRECTORY),
      storage,
      events,
      http,
      sitesUrl: sites.url,
      settings,
    });
    const worker = new Activities(this, 'Activities', {
      code: code('activities'),
      http,
      storage,
      siteRules,
      events,
      activities,
      builder: builder.project,
      bitbucket,
      concurrency: settings.activityConcurrency,
    });
    const prune = new Prune(this, 'Prune', {
      code: code('prune'),
      storage,
      activities,
      interval: Duration.minutes(settings.pruneIntervalMinutes),
    });
    const api = new Api(this, 'Api', {
      code: code('api'),
      http,
      storage,
      events,
      activities,
      failedPrunes: prune.deadLetters,
      schedule: prune.schedule,
      builds: settings,
      neededExecutions: neededExecutions(settings.activityConcurrency),
      bitbucket,
      sitesUrl: sites.url,
      distributionKey: siteRules.distributionKey,
    });
    const { alarmTopic } = new Monitoring(this, 'Monitoring', {
      watched: {
        http,
        table: storage.table,
        buckets: {
          mirror: storage.mirror,
          activities: storage.activities,
          data: storage.data,
          sites: storage.sites,
        },
        events,
        activities,
        failedPrunes: prune.deadLetters,
        builder: builder.project,
        pruneInterval: Duration.minutes(settings.pruneIntervalMinutes),
        functions: {
          webhook: webhook.function,
          processor: processor.function,
          activities: worker.function,
          prune: prune.function,
          api: api.function,
        },
      },
      alarmEmail: settings.alarmEmail,
    });
    if (alarmTopic) api.watchSubscriptions(alarmTopic);
    const access = new Access(this, 'Access', { http });
    storage.emptyAfter([api.environmentRole, worker]);
    api.environmentRole.close([...resourcesOf(this), builder.sourceArn], detoursTo(this, settings));

    new CfnOutput(this, 'ApiUrl', { value: http.apiEndpoint, description: 'The management API' });
    new CfnOutput(this, 'InstallCommand', {
      value: installCommand(http.apiEndpoint, this.region),
      description: 'Installs the command of this version, for everybody who may call the API',
    });
    new CfnOutput(this, 'SitesUrl', { value: sites.url, description: 'The base URL of the published sites' });
    new CfnOutput(this, 'TableName', { value: storage.table.tableName, description: "Bough's state" });
    new CfnOutput(this, 'DataBucketName', {
      value: storage.data.bucketName,
      description: "The environments' data",
    });
    new CfnOutput(this, 'EnvironmentRoleArn', {
      value: api.environmentRole.roleArn,
      description: 'The role of builds, for the trust policies of the roles that they may assume',
    });
    if (bitbucket.network) {
      new CfnOutput(this, 'SecurityGroupIds', {
        value: bitbucket.network.securityGroupIds.join(','),
        description:
          "The security groups of the functions that call Bitbucket; allow them in Bitbucket's own",
      });
    }
    new CfnOutput(this, 'AdministratorPolicyArn', {
      value: access.administrator.managedPolicyArn,
      description: 'A managed policy for administrators of all projects',
    });
    new CfnOutput(this, 'ReaderPolicyArn', {
      value: access.reader.managedPolicyArn,
      description: 'A managed policy for readers of all projects',
    });
    new CfnOutput(this, 'ApiArn', {
      value: access.apiArn,
      description: 'The ARN prefix for your own policies; append a method and a path',
    });
  }
}

/**
 * The processor's concurrency. Each activity causes a few events, which take a fraction of its time. Without a maximum
 * Lambda would scale the processor with its messages and use up the account's concurrency.
 */
function processorConcurrency(activityConcurrency: number): number {
  return Math.max(2, Math.floor(activityConcurrency / 2));
}

/** The concurrent executions at full load: activities, events, and one each for webhook, API and prune. */
function neededExecutions(activityConcurrency: number): number {
  return activityConcurrency + processorConcurrency(activityConcurrency) + 3;
}

function bundled(assets: string, directory: string): string {
  const path = join(assets, directory);
  if (!existsSync(join(path, 'index.mjs'))) {
    throw new DeploymentError(`${path} has no index.mjs: run \`npm run build\` first.`);
  }
  return path;
}
