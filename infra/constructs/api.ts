import { Duration } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Config } from '../../functions/api/config.ts';
import type { EndpointVariables } from '../../shared/providers/bitbucket-cloud/endpoints.ts';
import { acknowledge } from './acknowledge.ts';
import { NodeFunction } from './function.ts';
import { grantItems, grantObjects } from './grants.ts';
import type { WorkQueue } from './queue.ts';
import type { Storage } from './storage.ts';

export interface ApiProps {
  readonly code: Code;
  readonly http: HttpApi;
  readonly storage: Storage;
  readonly events: WorkQueue;
  readonly activities: WorkQueue;
  readonly bitbucket: EndpointVariables;
  readonly sitesUrl: string;
}

/** The management API: every route that is not the webhook, for whom IAM lets in; a log also for who has its link. */
export class Api extends Construct {
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { code, http, storage, events, activities, bitbucket, sitesUrl } = props;

    const api = new NodeFunction(this, 'Function', {
      description: 'The management API: projects, integrations, environments, activities',
      code,
      // The HTTP API itself gives up after 29 seconds.
      timeout: Duration.seconds(29),
      environment: {
        TABLE_NAME: storage.table.tableName,
        EVENTS_QUEUE_URL: events.queueUrl,
        EVENTS_DEAD_LETTERS_URL: events.deadLetters.queueUrl,
        ACTIVITIES_QUEUE_URL: activities.queueUrl,
        ACTIVITIES_DEAD_LETTERS_URL: activities.deadLetters.queueUrl,
        ACTIVITIES_BUCKET: storage.activities.bucketName,
        MIRROR_BUCKET: storage.mirror.bucketName,
        KEY_ARN: storage.key.keyArn,
        API_URL: http.apiEndpoint,
        SITES_URL: sitesUrl,
        ...bitbucket,
      } satisfies Config,
    });
    this.function = api;
    grantItems(api, storage.table, ['get', 'query', 'put', 'delete']);
    storage.key.grant(api, 'kms:Encrypt', 'kms:Decrypt');
    activities.grant(api, 'sqs:SendMessage');
    // Dead letters are looked at, sent again, and taken away.
    events.grant(api, 'sqs:SendMessage');
    for (const { deadLetters } of [events, activities]) {
      deadLetters.grant(api, 'sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage');
    }
    grantObjects(api, storage.activities, ['read']);
    grantObjects(api, storage.mirror, ['read']);

    const integration = new HttpLambdaIntegration('Api', api);
    for (const path of ['/', '/{proxy+}']) {
      http.addRoutes({ path, methods: [HttpMethod.ANY], integration });
    }
    const openRoutes = http.addRoutes({
      path: '/logs/{project}/{activity}/{signature}',
      methods: [HttpMethod.GET],
      integration,
      authorizer: new HttpNoneAuthorizer(),
    });
    for (const route of openRoutes) {
      acknowledge(route, {
        'AwsSolutions-APIG4': 'The link is its own key: the function verifies its signature.',
      });
    }
  }
}
