import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Project } from 'aws-cdk-lib/aws-codebuild';
import { Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Code, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../../functions/activities/config.ts';
import { metricsNamespace } from '../monitoring/watched.ts';
import type { Bitbucket } from './bitbucket.ts';
import { NodeFunction } from './function.ts';
import { grantItems, grantObjects } from './grants.ts';
import type { SiteRules } from './site-rules.ts';
import type { Storage } from './storage.ts';

/** The resources that activities use. */
export interface ActivitiesProps {
  readonly code: Code;
  readonly http: HttpApi;
  readonly storage: Storage;
  readonly siteRules: SiteRules;
  readonly events: Queue;
  readonly activities: Queue;
  readonly builder: Project;
  readonly bitbucket: Bitbucket;
  /** The maximum number of concurrent activities. */
  readonly concurrency: number;
}

/** Runs activities: mirrors commits, starts builds and calls Bitbucket. */
export class Activities extends Construct {
  static readonly timeout = Duration.minutes(15);
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, props: ActivitiesProps) {
    super(scope, id);
    const { code, http, storage, siteRules, events, activities, builder, bitbucket, concurrency } = props;

    const worker = new NodeFunction(this, 'Function', {
      description: 'Runs activities: mirrors commits, starts builds, reports build statuses',
      code,
      timeout: Activities.timeout,
      // The end of an activity starts the next one, so frequent pushes to a branch cause long chains that are no loops.
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: {
        TABLE_NAME: storage.table.tableName,
        METRICS_NAMESPACE: metricsNamespace(this),
        EVENTS_QUEUE_URL: events.queueUrl,
        ACTIVITIES_QUEUE_URL: activities.queueUrl,
        ACTIVITIES_BUCKET: storage.activities.bucketName,
        MIRROR_BUCKET: storage.mirror.bucketName,
        DATA_BUCKET: storage.data.bucketName,
        SITES_BUCKET: storage.sites.bucketName,
        SITE_RULES_ARN: siteRules.store.keyValueStoreArn,
        KEY_ARN: storage.key.keyArn,
        BUILDER_PROJECT: builder.projectName,
        API_URL: http.apiEndpoint,
        ...bitbucket.variables,
      } satisfies Config,
    });
    this.function = worker;
    bitbucket.connect(worker);
    grantItems(worker, storage.table, ['get', 'query', 'put', 'delete']);
    // Variables are opened by the management API only.
    worker.addToRolePolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [storage.key.keyArn],
        conditions: { StringEquals: { 'kms:EncryptionContext:purpose': ['credentials', 'webhook', 'log'] } },
      }),
    );
    events.grant(worker, 'sqs:SendMessage');
    activities.grant(worker, 'sqs:SendMessage');
    grantObjects(worker, storage.mirror, ['read', 'upload', 'delete']);
    grantObjects(worker, storage.activities, ['read', 'write', 'delete']);
    // Only for deleted projects; the builder writes these buckets.
    grantObjects(worker, storage.data, ['list', 'delete']);
    grantObjects(worker, storage.sites, ['list', 'delete']);
    siteRules.grantPublish(worker);
    Grant.addToPrincipal({
      grantee: worker,
      actions: ['StartBuild', 'ListBuildsForProject', 'BatchGetBuilds', 'StopBuild'].map(
        (action) => `codebuild:${action}`,
      ),
      resourceArns: [builder.projectArn],
    });

    worker.addEventSource(
      new SqsEventSource(activities, {
        batchSize: 1,
        maxConcurrency: concurrency,
        reportBatchItemFailures: true,
      }),
    );
  }
}
