import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Access } from './constructs/access.ts';
import { Activities } from './constructs/activities.ts';
import { Api } from './constructs/api.ts';
import { bitbucketVariables } from './constructs/bitbucket.ts';
import { Builder } from './constructs/builder.ts';
import { Processor } from './constructs/processor.ts';
import { Prune } from './constructs/prune.ts';
import { WorkQueue } from './constructs/queue.ts';
import { Sites } from './constructs/sites.ts';
import { Storage } from './constructs/storage.ts';
import { Webhook } from './constructs/webhook.ts';
import { DeploymentError } from './deployment-error.ts';
import { BUILDER_DIRECTORY, type FunctionName, functionDirectory } from './programs.ts';
import type { Settings } from './settings.ts';

export interface BoughStackProps extends StackProps {
  readonly settings: Settings;
  /** Directory that the bundles were written to. */
  readonly assets: string;
}

/** The whole system, in the order in which a push goes through it. */
export class BoughStack extends Stack {
  constructor(scope: Construct, id: string, { settings, assets, ...props }: BoughStackProps) {
    super(scope, id, {
      description: 'Bough: an environment for every Bitbucket branch and pull request',
      analyticsReporting: false,
      ...props,
    });
    const code = (name: FunctionName) => Code.fromAsset(bundled(assets, functionDirectory(name)));
    const bitbucket = bitbucketVariables(settings);

    const storage = new Storage(this, 'Storage');
    const events = new WorkQueue(this, 'EventsQueue', { consumerTimeout: Processor.timeout });
    const activities = new WorkQueue(this, 'ActivitiesQueue', { consumerTimeout: Activities.timeout });
    const sites = new Sites(this, 'Sites', { bucket: storage.sites, url: settings.sitesUrl });
    // Whoever adds a route gets IAM; only the webhook and the links to logs opt out.
    const http = new HttpApi(this, 'Http', {
      apiName: this.stackName,
      defaultAuthorizer: new HttpIamAuthorizer(),
    });

    new Webhook(this, 'Webhook', { code: code('webhook'), http, storage, events });
    new Processor(this, 'Processor', { code: code('processor'), storage, events, activities });
    const builder = new Builder(this, 'Builder', {
      directory: bundled(assets, BUILDER_DIRECTORY),
      storage,
      events,
      sitesUrl: sites.url,
    });
    new Activities(this, 'Activities', {
      code: code('activities'),
      http,
      storage,
      events,
      activities,
      builder: builder.project,
      bitbucket,
      concurrency: settings.activityConcurrency,
    });
    new Prune(this, 'Prune', {
      code: code('prune'),
      http,
      storage,
      events,
      activities,
      bitbucket,
      interval: Duration.minutes(settings.pruneIntervalMinutes),
    });
    new Api(this, 'Api', { code: code('api'), http, storage, activities, bitbucket, sitesUrl: sites.url });
    const access = new Access(this, 'Access', { http });

    new CfnOutput(this, 'ApiUrl', { value: http.apiEndpoint, description: 'The management API' });
    new CfnOutput(this, 'SitesUrl', { value: sites.url, description: 'Where environments are published' });
    new CfnOutput(this, 'TableName', { value: storage.table.tableName, description: "Bough's state" });
    new CfnOutput(this, 'AdministratorPolicyArn', {
      value: access.administrator.managedPolicyArn,
      description: 'A policy for who administers every project',
    });
    new CfnOutput(this, 'ReaderPolicyArn', {
      value: access.reader.managedPolicyArn,
      description: 'A policy for who may see every project',
    });
    new CfnOutput(this, 'ApiArn', {
      value: access.apiArn,
      description: 'What policies of your own name, with a method and a path behind it',
    });
  }
}

function bundled(assets: string, directory: string): string {
  const path = join(assets, directory);
  if (!existsSync(join(path, 'index.mjs'))) {
    throw new DeploymentError(`${path} has no index.mjs: run \`npm run build\` first.`);
  }
  return path;
}
