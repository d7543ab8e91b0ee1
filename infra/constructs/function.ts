import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  type RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';

/** The code and limits of a function. */
export interface NodeFunctionProps {
  readonly description: string;
  /** The directory of the function's bundle. */
  readonly code: Code;
  readonly timeout: Duration;
  readonly memorySize?: number;
  /** Allows chains of invocations that the function itself causes; by default Lambda stops them after 16. */
  readonly recursiveLoop?: RecursiveLoop;
  /** Maps stacks in logs to the sources, for 10 ms of each cold start. @default true */
  readonly hasSourceMaps?: boolean;
  /** The function's environment: an object that `satisfies` its Config. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A Lambda function with its log group and a role that may only write logs and traces. */
export class NodeFunction extends LambdaFunction {
  constructor(
    scope: Construct,
    id: string,
    { environment, memorySize = 512, hasSourceMaps = true, ...props }: NodeFunctionProps,
  ) {
    const logGroup = new LogGroup(scope, `${id}Logs`, { removalPolicy: RemovalPolicy.DESTROY });
    // The CDK's default role may write to every log group of the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      ...props,
      memorySize,
      role,
      logGroup,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      tracing: Tracing.ACTIVE,
      environment: { ...environment, ...(hasSourceMaps ? { NODE_OPTIONS: '--enable-source-maps' } : {}) },
    });
    acknowledgeWildcard(role, '*', 'Traces belong to no resource.');
    acknowledge(this, {
      'Serverless-LambdaDLQ':
        'The caller receives the error, or the queue or the failure destination keeps the event.',
      'Serverless-LambdaEventSourceMappingDestination':
        'The queue itself moves failed messages to its dead-letter queue.',
    });
  }
}
