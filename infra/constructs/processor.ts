import { Duration } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../../functions/processor/config.ts';
import { metricsNamespace } from '../monitoring/watched.ts';
import { NodeFunction } from './function.ts';
import { grantItems, grantObjects } from './grants.ts';
import type { Storage } from './storage.ts';

/** The resources that the processor uses. */
export interface ProcessorProps {
  readonly code: Code;
  readonly storage: Storage;
  readonly events: Queue;
  readonly activities: Queue;
  /** The maximum number of concurrent batches of events. */
  readonly concurrency: number;
}

/** Decides about each event, commits the decision and sends its effects. */
export class Processor extends Construct {
  static readonly timeout = Duration.seconds(30);
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, props: ProcessorProps) {
    super(scope, id);
    const { code, storage, events, activities, concurrency } = props;

    const processor = new NodeFunction(this, 'Function', {
      description: 'Applies the lifecycle rules to events and starts activities',
      code,
      timeout: Processor.timeout,
      environment: {
        TABLE_NAME: storage.table.tableName,
        METRICS_NAMESPACE: metricsNamespace(this),
        EVENTS_QUEUE_URL: events.queueUrl,
        ACTIVITIES_QUEUE_URL: activities.queueUrl,
        ACTIVITIES_BUCKET: storage.activities.bucketName,
      } satisfies Config,
    });
    this.function = processor;
    grantItems(processor, storage.table, ['get', 'query', 'put', 'delete']);
    activities.grant(processor, 'sqs:SendMessage');
    grantObjects(processor, storage.activities, ['read']);

    processor.addEventSource(
      new SqsEventSource(events, {
        batchSize: 10,
        maxConcurrency: concurrency,
        reportBatchItemFailures: true,
      }),
    );
  }
}
