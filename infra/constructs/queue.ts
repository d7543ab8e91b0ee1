import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type RedriveAllowPolicy, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Attempts to process a message before it becomes a dead letter. */
const MAX_RECEIVE_COUNT = 5;

/** By default every queue of the account may move messages that it gives up to any other, without a permission on that. */
const OF_NO_OTHER_QUEUE: RedriveAllowPolicy = { redrivePermission: RedrivePermission.DENY_ALL };

/** Where messages end that nobody could process: kept for two weeks, so that a person has time to look. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const end = 'Messages end here, until a person has looked at them.';
    acknowledge(this, { 'AwsSolutions-SQS3': end, 'Serverless-SQSRedrivePolicy': end });
  }
}

export interface WorkQueueProps {
  /** The longest that the consuming function may run. */
  readonly consumerTimeout: Duration;
}

/** A standard queue in front of a function, with its dead letter queue (`<id>DeadLetters`). */
export class WorkQueue extends Queue {
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { consumerTimeout }: WorkQueueProps) {
    const deadLetters = new DeadLetterQueue(scope, `${id}DeadLetters`);
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      redriveAllowPolicy: OF_NO_OTHER_QUEUE,
      // Six times: AWS's advice, so that throttled batches are not received twice.
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds()),
      deadLetterQueue: {
        queue: deadLetters,
        maxReceiveCount: MAX_RECEIVE_COUNT,
      },
    });
    this.deadLetters = deadLetters;
  }
}
