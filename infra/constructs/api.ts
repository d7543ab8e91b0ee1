import { Duration, Lazy } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { ISchedule } from 'aws-cdk-lib/aws-scheduler';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Config } from '../../functions/api/config.ts';
import { notFoundPath } from '../../shared/domain/environments/sites.ts';
import { buildQuotaCode } from '../builder-compute.ts';
import type { Settings } from '../settings.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';
import type { Bitbucket } from './bitbucket.ts';
import { EnvironmentRole } from './environment-role.ts';
import { NodeFunction } from './function.ts';
import { grantIndex, grantItems, grantObjects, grantSitePages } from './grants.ts';
import type { DeadLetterQueue, WorkQueue } from './queue.ts';
import type { Storage } from './storage.ts';

/** The resources that the management API uses. */
export interface ApiProps {
  readonly code: Code;
  readonly http: HttpApi;
  readonly storage: Storage;
  readonly events: WorkQueue;
  readonly activities: WorkQueue;
  readonly failedPrunes: DeadLetterQueue;
  readonly schedule: ISchedule;
  readonly builds: BuildSettings;
  /** The concurrent executions at full load, for the quota check. */
  readonly neededExecutions: number;
  readonly bitbucket: Bitbucket;
  readonly sitesUrl: string;
  /** Identifies the distribution of sites. */
  readonly distributionKey: string;
}

type BuildSettings = Pick<
  Settings,
  | 'builderCompute'
  | 'builderArchitecture'
  | 'builderSize'
  | 'builderTimeoutMinutes'
  | 'builderPolicies'
  | 'deployRoles'
>;

/** Routes without IAM authorisation, and the reason. */
const OPEN_ROUTES = [
  {
    path: '/logs/{project}/{activity}/{signature}',
    methods: [HttpMethod.GET],
    reason: 'The link is signed: the function verifies its signature.',
  },
  {
    path: '/status/{project}/{environment}/{signature}',
    methods: [HttpMethod.GET],
    reason: 'The link is signed: the function verifies its signature.',
  },
  {
    path: '/board/{project}/{signature}',
    methods: [HttpMethod.GET],
    reason: 'The link is signed: the function verifies its signature.',
  },
  {
    path: `${notFoundPath}/{path+}`,
    methods: [HttpMethod.GET, HttpMethod.HEAD],
    reason:
      "CloudFront requests a site's page for a path without a file. The function verifies the distribution's key.",
  },
];

/** The management API: every route except the webhook, with IAM authorisation. Signed links to logs and pages, and error pages, are open. */
export class Api extends Construct {
  readonly function: NodeFunction;
  readonly environmentRole: EnvironmentRole;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const {
      code,
      http,
      storage,
      events,
      activities,
      failedPrunes,
      schedule,
      builds,
      neededExecutions,
      bitbucket,
      sitesUrl,
      distributionKey,
    } = props;

    const api = new NodeFunction(this, 'Function', {
      description: 'The management API: projects, integrations, environments, activities',
      code,
      // Just below the time limit of the HTTP API.
      timeout: Duration.seconds(29),
      environment: {
        TABLE_NAME: storage.table.tableName,
        EVENTS_QUEUE_URL: events.queueUrl,
        EVENTS_DEAD_LETTERS_URL: events.deadLetters.queueUrl,
        ACTIVITIES_QUEUE_URL: activities.queueUrl,
        ACTIVITIES_DEAD_LETTERS_URL: activities.deadLetters.queueUrl,
        PRUNE_DEAD_LETTERS_URL: failedPrunes.queueUrl,
        ACTIVITIES_BUCKET: storage.activities.bucketName,
        MIRROR_BUCKET: storage.mirror.bucketName,
        SITES_BUCKET: storage.sites.bucketName,
        ENVIRONMENT_ROLE_ARN: Lazy.string({ produce: () => this.environmentRole.roleArn }),
        KEY_ARN: storage.key.keyArn,
        BUILD_QUOTA_CODE: buildQuotaCode(builds),
        BUILD_MINUTES: String(builds.builderTimeoutMinutes),
        NEEDED_EXECUTIONS: String(neededExecutions),
        SCHEDULE_NAME: schedule.scheduleName,
        ALARM_TOPIC_ARN: '',
        API_URL: http.apiEndpoint,
        SITES_URL: sitesUrl,
        DISTRIBUTION_KEY: distributionKey,
        ...bitbucket.variables,
      } satisfies Config,
    });
    this.function = api;
    bitbucket.connect(api);
    this.environmentRole = new EnvironmentRole(this, 'EnvironmentRole', {
      assumedBy: api.grantPrincipal,
      storage,
      policies: builds.builderPolicies,
      deployRoles: builds.deployRoles,
    });
    grantItems(api, storage.table, ['get', 'query', 'put', 'delete']);
    grantIndex(api, storage.table);
    storage.key.grant(api, 'kms:Encrypt', 'kms:Decrypt');
    activities.grant(api, 'sqs:SendMessage');
    // Dead letters are listed, replayed and deleted.
    events.grant(api, 'sqs:SendMessage');
    for (const deadLetters of [events.deadLetters, activities.deadLetters, failedPrunes]) {
      deadLetters.grant(
        api,
        'sqs:ReceiveMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
      );
    }
    this.grantDiagnosis(schedule);
    grantObjects(api, storage.activities, ['read']);
    grantObjects(api, storage.mirror, ['read']);
    grantSitePages(api, storage.sites);

    const integration = new HttpLambdaIntegration('Api', api);
    for (const path of ['/', '/{proxy+}']) {
      http.addRoutes({ path, methods: [HttpMethod.ANY], integration });
    }
    for (const { path, methods, reason } of OPEN_ROUTES) {
      const authorizer = new HttpNoneAuthorizer();
      for (const route of http.addRoutes({ path, methods, integration, authorizer })) {
        acknowledge(route, { 'AwsSolutions-APIG4': reason });
      }
    }
  }

  /** Allows the diagnosis to check whether the e-mail address for alarms is confirmed. */
  watchSubscriptions(topic: ITopic): void {
    this.function.addEnvironment('ALARM_TOPIC_ARN', topic.topicArn);
    Grant.addToPrincipal({
      grantee: this.function,
      actions: ['sns:ListSubscriptionsByTopic'],
      resourceArns: [topic.topicArn],
    });
  }

  private grantDiagnosis(schedule: ISchedule): void {
    Grant.addToPrincipal({
      grantee: this.function,
      actions: ['servicequotas:GetServiceQuota', 'lambda:GetAccountSettings'],
      resourceArns: ['*'],
    });
    acknowledgeWildcard(this.function, '*', 'Quotas belong to the account, not to a resource.');
    Grant.addToPrincipal({
      grantee: this.function,
      actions: ['scheduler:GetSchedule'],
      resourceArns: [schedule.scheduleArn],
    });
  }
}
