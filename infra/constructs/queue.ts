import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type RedriveAllowPolicy, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** The attempts to process a message before it becomes a dead letter. */
const MAX_RECEIVE_COUNT = 5;

/** By default every queue of the account may use any other queue as its dead-letter queue. */
const OF_NO_OTHER_QUEUE: RedriveAllowPolicy = { redrivePermission: RedrivePermission.DENY_ALL };

/** A dead-letter queue with a retention of two weeks, so that operators have time to look. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const end = 'This is a dead-letter queue itself.';
    acknowledge(this, { 'AwsSolutions-SQS3': end, 'Serverless-SQSRedrivePolicy': end });
  }
}

/** The consumer of a queue. */
export interface WorkQueueProps {
  /** The time limit of the consuming function. */
  readonly consumerTimeout: Duration;
}

/** A standard queue for a function, with a dead-letter queue (`<id>DeadLetters`). */
export class WorkQueue extends Queue {
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { consumerTimeout }: WorkQueueProps) {
    const deadLetters = new DeadLetterQueue(scope, `${id}DeadLetters`);
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      redriveAllowPolicy: OF_NO_OTHER_QUEUE,
      // Six times the time limit, as AWS recommends, so that throttled batches are not received twice.
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds()),
      deadLetterQueue: {
        queue: deadLetters,
        maxReceiveCount: MAX_RECEIVE_COUNT,
      },
    });
    this.deadLetters = deadLetters;
  }
}
