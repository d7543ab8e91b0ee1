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

export interface NodeFunctionProps {
  readonly description: string;
  /** The directory with the function's bundle. */
  readonly code: Code;
  readonly timeout: Duration;
  readonly memorySize?: number;
  /** Whether it may be called again by what it does itself, any number of times; Lambda ends that after 16. */
  readonly recursiveLoop?: RecursiveLoop;
  /** The function's environment: an object that `satisfies` its Config. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A Lambda function of Bough: a bundle, its log group, and a role that may do nothing yet but log and trace. */
export class NodeFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, { environment, memorySize = 512, ...props }: NodeFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, { removalPolicy: RemovalPolicy.DESTROY });
    // The role that the CDK would make may write to every log group of the account.
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
      environment: { ...environment, NODE_OPTIONS: '--enable-source-maps' },
    });
    acknowledgeWildcard(role, '*', 'Traces belong to no resource.');
    acknowledge(this, {
      'Serverless-LambdaDLQ':
        'Who calls a function is told, or its queue or its failure destination keeps the event.',
      'Serverless-LambdaEventSourceMappingDestination':
        'The queue itself moves what fails to its dead letters.',
    });
  }
}
