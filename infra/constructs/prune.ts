import { Duration, Stack } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../../functions/prune/config.ts';
import { acknowledge, arnOf } from './acknowledge.ts';
import { NodeFunction } from './function.ts';
import { grantIndex } from './grants.ts';
import { DeadLetterQueue } from './queue.ts';
import type { Storage } from './storage.ts';

/** Lambda's maximum event age. */
const LONGEST_EVENT_AGE = Duration.hours(6);

/** The prune's resources and schedule. */
export interface PruneProps {
  readonly code: Code;
  readonly storage: Storage;
  readonly activities: Queue;
  readonly interval: Duration;
}

/** Requests a prune of every integration on a schedule; the activities function performs them. */
export class Prune extends Construct {
  readonly function: NodeFunction;
  readonly deadLetters: DeadLetterQueue;
  readonly schedule: Schedule;

  constructor(scope: Construct, id: string, props: PruneProps) {
    super(scope, id);
    const { code, storage, activities, interval } = props;

    const prune = new NodeFunction(this, 'Function', {
      description: 'Requests a prune of every integration, and resumes deletions of projects',
      code,
      timeout: Duration.minutes(5),
      environment: {
        TABLE_NAME: storage.table.tableName,
        ACTIVITIES_QUEUE_URL: activities.queueUrl,
        SPREAD_SECONDS: String(spreadSeconds(interval)),
      } satisfies Config,
    });
    this.function = prune;
    grantIndex(prune, storage.table);
    activities.grant(prune, 'sqs:SendMessage');

    const deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.deadLetters = deadLetters;
    // The scheduler invokes the function asynchronously, so the function's own retry policy applies too.
    // One retry and no old events: the next prune checks everything anyway.
    const retries = { retryAttempts: 1, maxEventAge: shorter(interval, LONGEST_EVENT_AGE) };
    prune.configureAsyncInvoke({ ...retries, onFailure: new SqsDestination(deadLetters) });
    this.schedule = new Schedule(this, 'Schedule', {
      description: 'Scheduled prune',
      schedule: ScheduleExpression.rate(interval),
      target: new LambdaInvoke(prune, { ...retries, deadLetterQueue: deadLetters }),
    });
    // The CDK creates the scheduler's role in the stack.
    acknowledge(Stack.of(this), {
      [`AwsSolutions-IAM5[Resource::${arnOf(prune)}:*]`]:
        'The permission to call a function includes its versions.',
    });
  }
}

/** The maximum delay of an SQS message. */
const LONGEST_DELAY = Duration.minutes(15);

/** Prunes are spread over half the interval, so that they end before the next scheduled prune. */
function spreadSeconds(interval: Duration): number {
  const half = Duration.seconds(Math.floor(interval.toSeconds() / 2));
  return shorter(half, LONGEST_DELAY).toSeconds();
}

function shorter(one: Duration, other: Duration): Duration {
  return one.toSeconds() < other.toSeconds() ? one : other;
}
