import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  Metric,
  Row,
  SearchExpression,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { MetricName } from '../../shared/ports/metrics.ts';
import { dashboardName } from './console.ts';
import { COLD_STARTS } from './queries.ts';
import { builds, deliveries, metricsNamespace, recorded, SERVICE, type Watched } from './watched.ts';

/** Creates the dashboard, from top to bottom in the order of the data flow. */
export function createDashboard(scope: Construct, watched: Watched, alarms: Alarm[]): Dashboard {
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: dashboardName(scope),
    defaultInterval: Duration.days(1),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 3 })],
      ...section('Deliveries and the webhook', deliveriesOf(scope, watched)),
      ...section('Events and decisions', eventsOf(scope, watched)),
      ...section('Activities', activitiesOf(scope, watched)),
      ...section('Deployments', deploymentsOf(scope, watched)),
      ...section('The mirror and scheduled prunes', readingsOf(scope, watched)),
      ...section('Functions', functionsOf(watched)),
      ...section('Dead letters and costs', costsOf(watched)),
    ],
  });
}

function section(title: string, graphs: IWidget[]): IWidget[][] {
  return [[new TextWidget({ markdown: `## ${title}`, width: 24, height: 1 })], [new Row(...graphs)]];
}

function graph(title: string, left: IMetric[], options: Partial<GraphWidgetProps> = {}): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 }, ...options });
}

const inSeconds = { leftYAxis: { min: 0, label: 'seconds', showUnits: false } };

function deliveriesOf(scope: Construct, { functions: { webhook }, http }: Watched): GraphWidget[] {
  const results = ['accepted', 'ignored', 'rejected', 'failed'] as const;
  return [
    graph(
      'Deliveries',
      results.map((result) => deliveries(scope, result)),
      { stacked: true },
    ),
    graph('Webhook: duration', percentiles(webhook.metricDuration())),
    graph('HTTP API', [
      http.metricClientError({ label: '4xx' }),
      http.metricServerError({ label: '5xx' }),
      webhook.metricThrottles({ label: 'webhook throttled' }),
    ]),
  ];
}

function eventsOf(scope: Construct, { events }: Watched): GraphWidget[] {
  return [
    queue('Events queue', events),
    graph('Decisions', [eachKindOf(scope, 'Decisions', ['verdict'])], { stacked: true }),
    graph('From delivery to decision', percentiles(recorded(scope, 'DecisionSeconds')), inSeconds),
  ];
}

function activitiesOf(scope: Construct, { activities }: Watched): GraphWidget[] {
  const kind = ['type', 'result'];
  return [
    queue('Activities queue', activities),
    graph('Finished activities', [eachKindOf(scope, 'Activities', kind)], { stacked: true }),
    graph('Duration of activities', [eachKindOf(scope, 'ActivitySeconds', kind, 'Average')], inSeconds),
  ];
}

function deploymentsOf(scope: Construct, watched: Watched): GraphWidget[] {
  const results = ['success', 'failure', 'cancelled'];
  return [
    graph(
      'Deployments',
      results.map((result) => recorded(scope, 'Deployments', { result })),
      { stacked: true },
    ),
    graph(
      'From delivery to environment URL',
      percentiles(recorded(scope, 'DeploymentSeconds', { result: 'success' })),
      inSeconds,
    ),
    graph('Builds', [builds(watched, 'SucceededBuilds'), builds(watched, 'FailedBuilds')], { stacked: true }),
  ];
}

function readingsOf(scope: Construct, { functions: { prune } }: Watched): GraphWidget[] {
  return [
    graph('Mirror: bytes fetched', [recorded(scope, 'MirrorBytes')]),
    graph('Mirror: duration of a fetch', percentiles(recorded(scope, 'MirrorSeconds')), inSeconds),
    graph(
      'Prunes of integrations',
      ['success', 'failure'].map((result) => recorded(scope, 'Prunes', { result })),
      { stacked: true, right: [prune.metricInvocations({ label: 'scheduled prunes' })] },
    ),
    graph('Held-back deletions', [recorded(scope, 'HeldBack').with({ statistic: Stats.MAXIMUM })]),
    graph('Requests to Bitbucket, by activities and prunes', [
      recorded(scope, 'BitbucketCalls').with({ label: 'REST and git' }),
    ]),
    graph('Throttled requests (429)', [recorded(scope, 'BitbucketThrottled')]),
  ];
}

function functionsOf({ functions }: Watched): IWidget[] {
  const named = Object.entries(functions);
  return [
    graph(
      'Errors',
      named.map(([label, lambda]) => lambda.metricErrors({ label })),
    ),
    graph(
      'Duration (95th percentile)',
      named.map(([label, lambda]) => lambda.metricDuration({ label, statistic: Stats.percentile(95) })),
    ),
    graph(
      'Invocations',
      named.map(([label, lambda]) => lambda.metricInvocations({ label })),
    ),
    // Lambda has no metric for cold starts; the query reads Lambda's logs when the dashboard is open.
    new LogQueryWidget({
      title: 'Cold starts',
      logGroupNames: named.map(([, { logGroup }]) => logGroup.logGroupName),
      queryLines: [`filter ${COLD_STARTS.filter}`, `stats ${COLD_STARTS.stats}`, `sort ${COLD_STARTS.sort}`],
      view: LogQueryVisualizationType.TABLE,
      width: 24,
      height: 5,
    }),
  ];
}

function costsOf(watched: Watched): GraphWidget[] {
  const { events, activities, failedPrunes, table, functions, buckets, http } = watched;
  const dead = { events: events.deadLetters, activities: activities.deadLetters, prune: failedPrunes };
  return [
    graph(
      'Dead letters',
      Object.entries(dead).map(([label, letters]) =>
        letters.metricApproximateNumberOfMessagesVisible({ label, statistic: Stats.MAXIMUM }),
      ),
    ),
    graph('Table: capacity units', [
      table.metricConsumedReadCapacityUnits({ label: 'read', statistic: Stats.SUM }),
      table.metricConsumedWriteCapacityUnits({ label: 'written', statistic: Stats.SUM }),
    ]),
    graph(
      'Billed time: functions (ms), builder (s)',
      Object.entries(functions).map(([label, lambda]) =>
        lambda.metricDuration({ label, statistic: Stats.SUM }),
      ),
      { right: [builds(watched, 'Duration')] },
    ),
    graph(
      'Stored bytes by bucket',
      Object.entries(buckets).map(([label, bucket]) => storedIn(bucket).with({ label })),
    ),
    graph(
      'Logged bytes by function',
      Object.entries(functions).map(([label, { logGroup }]) => loggedIn(logGroup).with({ label })),
    ),
    graph('Requests and messages', [
      http.metricCount({ label: 'requests to the HTTP API' }),
      events.metricNumberOfMessagesSent({ label: 'events' }),
      activities.metricNumberOfMessagesSent({ label: 'activities' }),
    ]),
  ];
}

/** The size of a bucket, which S3 publishes once a day. */
function storedIn({ bucketName }: IBucket): Metric {
  return new Metric({
    namespace: 'AWS/S3',
    metricName: 'BucketSizeBytes',
    dimensionsMap: { BucketName: bucketName, StorageType: 'StandardStorage' },
    statistic: Stats.AVERAGE,
    period: Duration.days(1),
  });
}

function loggedIn({ logGroupName }: ILogGroup): Metric {
  return new Metric({
    namespace: 'AWS/Logs',
    metricName: 'IncomingBytes',
    dimensionsMap: { LogGroupName: logGroupName },
    statistic: Stats.SUM,
  });
}

function queue(title: string, waiting: Queue): GraphWidget {
  const statistic = Stats.MAXIMUM;
  return graph(title, [waiting.metricApproximateNumberOfMessagesVisible({ label: 'waiting', statistic })], {
    right: [waiting.metricApproximateAgeOfOldestMessage({ label: 'age of the oldest, seconds', statistic })],
  });
}

function percentiles(metric: Metric): Metric[] {
  return [50, 95].map((percent) =>
    metric.with({ statistic: Stats.percentile(percent), label: `p${percent}` }),
  );
}

/** All recorded combinations of a metric's dimensions, also new ones. */
function eachKindOf(scope: Construct, name: MetricName, kind: readonly string[], statistic = 'Sum'): IMetric {
  const schema = [`"${metricsNamespace(scope)}"`, ...Object.keys(SERVICE), ...kind].join(',');
  const search = `{${schema}} MetricName="${name}" service="${SERVICE.service}"`;
  return new SearchExpression({ expression: `SEARCH('${search}', '${statistic}')`, label: '' });
}
