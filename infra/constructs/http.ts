import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Requests a second to each route, far above what repositories send: whoever floods an open one spends this and no more. */
const THROTTLE = { rateLimit: 200, burstLimit: 500 };

// The route and not the path, which for the link to a log is the link's own key; no query, no headers.
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

/** The door for Bitbucket and for people: IAM on every route that does not opt out, throttled, with an access log. */
export class Http extends HttpApi {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      apiName: Stack.of(scope).stackName,
      defaultAuthorizer: new HttpIamAuthorizer(),
      createDefaultStage: false,
    });
    // In the place of the CDK's own, so that an update finds it there.
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
