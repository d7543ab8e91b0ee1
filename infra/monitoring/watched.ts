import { type Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Project } from 'aws-cdk-lib/aws-codebuild';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { MetricName } from '../../shared/ports/metrics.ts';
import type { DeadLetterQueue, WorkQueue } from '../constructs/queue.ts';

/** The resources that alarms, the dashboard and the saved queries observe. */
export interface Watched {
  readonly http: HttpApi;
  readonly table: Table;
  readonly buckets: {
    readonly mirror: IBucket;
    readonly activities: IBucket;
    readonly data: IBucket;
    readonly sites: IBucket;
  };
  readonly events: WorkQueue;
  readonly activities: WorkQueue;
  readonly failedPrunes: DeadLetterQueue;
  readonly builder: Project;
  readonly pruneInterval: Duration;
  readonly functions: {
    readonly webhook: LambdaFunction;
    readonly processor: LambdaFunction;
    readonly activities: LambdaFunction;
    readonly prune: LambdaFunction;
    readonly api: LambdaFunction;
  };
}

/** The namespace of a stack's own metrics, apart from other stacks in the account. */
export function metricsNamespace(scope: Construct): string {
  return `Bough/${Stack.of(scope).stackName}`;
}

/** The dimension that every recorded metric has. */
export const SERVICE = { service: 'bough' };

/** A metric that functions record, with its dimensions: `Activities` with `{ type: 'environment.push', result: 'failure' }`. */
export function recorded(
  scope: Construct,
  metricName: MetricName,
  kind: Readonly<Record<string, string>> = {},
): Metric {
  return new Metric({
    namespace: metricsNamespace(scope),
    metricName,
    dimensionsMap: { ...SERVICE, ...kind },
    statistic: Stats.SUM,
    label: Object.values(kind).join(' ') || metricName,
  });
}

/** The name of the metric that counts deliveries. */
export const DELIVERIES = 'Deliveries';

/** Deliveries by result, counted from the webhook's log, because a metrics library would slow its cold start. */
export function deliveries(scope: Construct, result: 'accepted' | 'ignored' | 'rejected' | 'failed'): Metric {
  return new Metric({
    namespace: metricsNamespace(scope),
    metricName: DELIVERIES,
    dimensionsMap: { result },
    statistic: Stats.SUM,
    label: result,
  });
}

/** A metric of CodeBuild about the builder. */
export function builds(
  { builder }: Watched,
  metricName: 'SucceededBuilds' | 'FailedBuilds' | 'Duration',
): Metric {
  return new Metric({
    namespace: 'AWS/CodeBuild',
    metricName,
    dimensionsMap: { ProjectName: builder.projectName },
    statistic: Stats.SUM,
    label: metricName,
  });
}
