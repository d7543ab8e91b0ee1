import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../../functions/prune/config.ts';
import { metricsNamespace } from '../monitoring/watched.ts';
import { acknowledge, arnOf } from './acknowledge.ts';
import type { Bitbucket } from './bitbucket.ts';
import { NodeFunction } from './function.ts';
import { grantIndex, grantItems } from './grants.ts';
import { DeadLetterQueue } from './queue.ts';
import type { Storage } from './storage.ts';

/** Lambda keeps an event no longer than this. */
const LONGEST_EVENT_AGE = Duration.hours(6);

export interface PruneProps {
  readonly code: Code;
  readonly http: HttpApi;
  readonly storage: Storage;
  readonly events: Queue;
  readonly activities: Queue;
  readonly bitbucket: Bitbucket;
  readonly interval: Duration;
}

/** Compares every integration with its repository, on a schedule: heals what lost deliveries left behind. */
export class Prune extends Construct {
  readonly function: NodeFunction;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: PruneProps) {
    super(scope, id);
    const { code, http, storage, events, activities, bitbucket, interval } = props;

    const prune = new NodeFunction(this, 'Function', {
      description: 'Finds branches and pull requests that are gone, and what deliveries missed',
      code,
      timeout: Duration.minutes(15),
      environment: {
        TABLE_NAME: storage.table.tableName,
        METRICS_NAMESPACE: metricsNamespace(this),
        EVENTS_QUEUE_URL: events.queueUrl,
        ACTIVITIES_QUEUE_URL: activities.queueUrl,
        KEY_ARN: storage.key.keyArn,
        API_URL: http.apiEndpoint,
        ...bitbucket.variables,
      } satisfies Config,
    });
    this.function = prune;
    bitbucket.connect(prune);
    grantItems(prune, storage.table, ['get', 'query']);
    grantIndex(prune, storage.table);
    storage.key.grant(prune, 'kms:Decrypt');
    events.grant(prune, 'sqs:SendMessage');
    activities.grant(prune, 'sqs:SendMessage');

    const deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.deadLetters = deadLetters;
    // The scheduler only hands the tick over; what becomes of it after that is the function's own retry policy.
    // One retry and no old ticks: the next prune looks at everything anyway.
    const retries = { retryAttempts: 1, maxEventAge: shorter(interval, LONGEST_EVENT_AGE) };
    prune.configureAsyncInvoke({ ...retries, onFailure: new SqsDestination(deadLetters) });
    new Schedule(this, 'Schedule', {
      description: 'Scheduled prune',
      schedule: ScheduleExpression.rate(interval),
      target: new LambdaInvoke(prune, { ...retries, deadLetterQueue: deadLetters }),
    });
    // The CDK puts the scheduler's role there.
    acknowledge(Stack.of(this), {
      [`AwsSolutions-IAM5[Resource::${arnOf(prune)}:*]`]:
        'Whoever may call a function may call each version of it.',
    });
  }
}

function shorter(one: Duration, other: Duration): Duration {
  return one.toSeconds() < other.toSeconds() ? one : other;
}
