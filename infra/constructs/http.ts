import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** The request rate per route, far above normal traffic. The limit bounds the cost of a flood on an open route. */
const THROTTLE = { rateLimit: 200, burstLimit: 500 };

// The route instead of the path, which contains the signature of links to logs. No query and no headers.
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  error: '$context.error.responseType',
  latency: '$context.responseLatency',
  integrationStatus: '$context.integrationStatus',
  responseLength: '$context.responseLength',
  sourceIp: '$context.identity.sourceIp',
  caller: '$context.identity.userArn',
};

/** The HTTP API for Bitbucket and users. Every route requires IAM unless it opts out; requests are throttled and logged. */
export class Http extends HttpApi {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      apiName: Stack.of(scope).stackName,
      defaultAuthorizer: new HttpIamAuthorizer(),
      createDefaultStage: false,
    });
    // Replaces the CDK's default stage under the same logical id, so that updates keep the stage.
    new HttpStage(this, 'DefaultStage', {
      httpApi: this,
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLogs', { removalPolicy: RemovalPolicy.DESTROY }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }
}
