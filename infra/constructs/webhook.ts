import { Duration } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../../functions/webhook/config.ts';
import { acknowledge } from './acknowledge.ts';
import { NodeFunction } from './function.ts';
import { grantItems } from './grants.ts';
import type { Storage } from './storage.ts';

/** The resources that the webhook uses. */
export interface WebhookProps {
  readonly code: Code;
  readonly http: HttpApi;
  readonly storage: Storage;
  readonly events: Queue;
}

/** Receives Bitbucket's deliveries on a public route, which requires a signature instead of IAM. */
export class Webhook extends Construct {
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, { code, http, storage, events }: WebhookProps) {
    super(scope, id);

    const webhook = new NodeFunction(this, 'Function', {
      description: 'Verifies deliveries and queues their events',
      code,
      timeout: Duration.seconds(10),
      // The start of this function is the part of a delivery that Bitbucket waits for.
      hasSourceMaps: false,
      environment: {
        TABLE_NAME: storage.table.tableName,
        EVENTS_QUEUE_URL: events.queueUrl,
        KEY_ARN: storage.key.keyArn,
      } satisfies Config,
    });
    this.function = webhook;
    grantItems(webhook, storage.table, ['get']);
    events.grant(webhook, 'sqs:SendMessage');
    // The function is public, so it may decrypt webhook secrets only, not the integrations' credentials.
    webhook.addToRolePolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [storage.key.keyArn],
        conditions: { StringEquals: { 'kms:EncryptionContext:purpose': 'webhook' } },
      }),
    );

    const routes = http.addRoutes({
      path: '/projects/{project}/integrations/{integration}/hook',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('Webhook', webhook),
      authorizer: new HttpNoneAuthorizer(),
    });
    for (const route of routes) {
      acknowledge(route, {
        'AwsSolutions-APIG4':
          'Bitbucket cannot sign with IAM: the function verifies the signature of deliveries.',
      });
    }
  }
}
