import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  type Metric,
  Row,
  SearchExpression,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { MetricName } from '../../shared/ports.ts';
import { builds, deliveries, metricsNamespace, recorded, SERVICE, type Watched } from './watched.ts';

/** One dashboard, which reads from top to bottom as the data flows. */
export function createDashboard(scope: Construct, watched: Watched, alarms: Alarm[]): Dashboard {
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: Stack.of(scope).stackName,
    defaultInterval: Duration.days(1),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 3 })],
      ...section('Bitbucket tells: deliveries and the webhook', deliveriesOf(scope, watched)),
      ...section('Events are decided about', eventsOf(scope, watched)),
      ...section('Activities do what was decided', activitiesOf(scope, watched)),
      ...section('Deployments, up to the URL', deploymentsOf(scope, watched)),
      ...section('The mirror and the schedule', mirrorAndPrunesOf(scope, watched)),
      ...section('Functions', functionsOf(watched)),
      ...section('What was given up, and what costs', costsOf(watched)),
    ],
  });
}

function section(title: string, graphs: GraphWidget[]): IWidget[][] {
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
    graph('Webhook: time to answer', percentiles(webhook.metricDuration())),
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
    graph('Activities that ended', [eachKindOf(scope, 'Activities', kind)], { stacked: true }),
    graph('How long they ran', [eachKindOf(scope, 'ActivitySeconds', kind, 'Average')], inSeconds),
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
      'From decision to environment URL',
      percentiles(recorded(scope, 'DeploymentSeconds', { result: 'success' })),
      inSeconds,
    ),
    graph('Builds', [builds(watched, 'SucceededBuilds'), builds(watched, 'FailedBuilds')], { stacked: true }),
  ];
}

function mirrorAndPrunesOf(scope: Construct, { functions: { prune } }: Watched): GraphWidget[] {
  return [
    graph('Mirror: bytes fetched', [recorded(scope, 'MirrorBytes')]),
    graph('Mirror: time of a fetch', percentiles(recorded(scope, 'MirrorSeconds')), inSeconds),
    graph(
      'Prunes of integrations',
      ['success', 'failure'].map((result) => recorded(scope, 'Prunes', { result })),
      { stacked: true, right: [prune.metricInvocations({ label: 'ticks of the schedule' })] },
    ),
  ];
}

function functionsOf({ functions }: Watched): GraphWidget[] {
  const named = Object.entries(functions);
  return [
    graph(
      'Errors',
      named.map(([label, lambda]) => lambda.metricErrors({ label })),
    ),
    graph(
      'Duration, 95 of 100 below',
      named.map(([label, lambda]) => lambda.metricDuration({ label, statistic: Stats.percentile(95) })),
    ),
    graph(
      'Invocations',
      named.map(([label, lambda]) => lambda.metricInvocations({ label })),
    ),
  ];
}

function costsOf(watched: Watched): GraphWidget[] {
  const { events, activities, failedPrunes, table, functions } = watched;
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
      'Time paid for: functions (ms), builder (s)',
      Object.entries(functions).map(([label, lambda]) =>
        lambda.metricDuration({ label, statistic: Stats.SUM }),
      ),
      { right: [builds(watched, 'Duration')] },
    ),
  ];
}

function queue(title: string, waiting: Queue): GraphWidget {
  const statistic = Stats.MAXIMUM;
  return graph(title, [waiting.metricApproximateNumberOfMessagesVisible({ label: 'waiting', statistic })], {
    right: [waiting.metricApproximateAgeOfOldestMessage({ label: 'seconds, the oldest', statistic })],
  });
}

function percentiles(metric: Metric): Metric[] {
  return [50, 95].map((percent) =>
    metric.with({ statistic: Stats.percentile(percent), label: `${percent} of 100 below` }),
  );
}

/** Every kind of a recorded metric that there is, also those that nobody has thought of here. */
function eachKindOf(scope: Construct, name: MetricName, kind: readonly string[], statistic = 'Sum'): IMetric {
  const schema = [`"${metricsNamespace(scope)}"`, ...Object.keys(SERVICE), ...kind].join(',');
  const search = `{${schema}} MetricName="${name}" service="${SERVICE.service}"`;
  return new SearchExpression({ expression: `SEARCH('${search}', '${statistic}')`, label: '' });
}
