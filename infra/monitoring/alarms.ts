import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { consolePages } from './console.ts';
import { builds, deliveries, recorded, type Watched } from './watched.ts';

const RUNBOOK = 'docs/runbook.md';

interface Watch extends Pick<AlarmProps, 'threshold' | 'comparisonOperator' | 'treatMissingData'> {
  readonly metric: IMetric;
  /** The subject, for alarms that exist several times. */
  readonly of?: string;
  /** The meaning of the alarm, for its description. */
  readonly means: string;
  /** The console page to open first. */
  readonly page: string;
  /** The number of evaluated periods; default: 1. */
  readonly periods?: number;
  /** The number of breaching periods among them; default: all. */
  readonly datapoints?: number;
}

/** Creates all alarms, in the order of the data flow. Each name is a heading in the runbook. */
export function createAlarms(scope: Construct, watched: Watched): Alarm[] {
  const { functions, events, activities, failedPrunes, builder, pruneInterval } = watched;
  const pages = consolePages(scope);
  const watch = (heading: string, props: Watch) => createAlarm(scope, heading, props);
  return [
    watch('The webhook fails', {
      means: 'Deliveries from Bitbucket get a 5xx response. The next prune finds the missed changes.',
      page: pages.log(functions.webhook),
      metric: new MathExpression({
        expression: 'FILL(answered, 0) + FILL(crashed, 0) + FILL(throttled, 0)',
        usingMetrics: {
          answered: deliveries(scope, 'failed'),
          crashed: functions.webhook.metricErrors(),
          throttled: functions.webhook.metricThrottles(),
        },
        label: 'deliveries that failed',
      }),
      threshold: 1,
      periods: 3,
    }),
    watch('Events wait', {
      means: 'The oldest event has waited for ten minutes. Environments do not follow Bitbucket.',
      page: pages.log(functions.processor),
      metric: ageOf(events),
      threshold: 600,
    }),
    watch('Activities wait', {
      means: 'The oldest activity has waited for 30 minutes. Environments are not deployed or deleted.',
      page: pages.log(functions.activities),
      metric: ageOf(activities),
      threshold: 1800,
    }),
    watch('Deployments fail', {
      means: 'At least three builds have failed within an hour, and none has succeeded.',
      page: pages.builds(builder),
      metric: new MathExpression({
        expression: 'IF(FILL(succeeded, 0) == 0, FILL(failed, 0), 0)',
        usingMetrics: {
          failed: builds(watched, 'FailedBuilds'),
          succeeded: builds(watched, 'SucceededBuilds'),
        },
        period: Duration.hours(1),
        label: 'failed builds, where none succeeded',
      }),
      threshold: 3,
    }),
    watch('The prune does not run', {
      means: 'Three consecutive scheduled prunes have not started. Changes without a delivery are not found.',
      page: pages.schedules(),
      metric: ticksSinceDeployed(watched),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      periods: 3,
      treatMissingData: TreatMissingData.IGNORE,
    }),
    watch('The prune fails', {
      means: 'Three consecutive prunes have failed for at least one integration.',
      page: pages.log(functions.activities),
      metric: recorded(scope, 'Prunes', { result: 'failure' }).with({ period: pruneInterval }),
      threshold: 1,
      // Prunes are spread over half an interval: one period may have two and the next none.
      periods: 4,
      datapoints: 3,
    }),
    watch('Deletions are held back', {
      means: 'A prune found more environments to delete than the limit allows, and deleted none of them.',
      page: pages.log(functions.activities),
      metric: recorded(scope, 'HeldBack').with({ period: pruneInterval, statistic: Stats.MAXIMUM }),
      threshold: 1,
      // Prunes are spread over half an interval: a period may have none.
      periods: 2,
      datapoints: 1,
    }),
    ...Object.entries({
      processor: functions.processor,
      activities: functions.activities,
      prune: functions.prune,
      api: functions.api,
    }).map(([name, lambda]) =>
      watch('Functions fail', {
        of: name,
        means: `The function ${name} crashes or times out repeatedly.`,
        page: pages.log(lambda),
        metric: lambda.metricErrors(),
        threshold: 1,
        periods: 3,
      }),
    ),
    ...Object.entries({
      events: events.deadLetters,
      activities: activities.deadLetters,
      prune: failedPrunes,
    }).map(([name, queue]) =>
      watch('Dead letters', {
        of: name,
        means: `Messages of ${name} have failed in every attempt. They are kept for two weeks.`,
        page: pages.queue(queue),
        metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
        threshold: 1,
      }),
    ),
  ];
}

/**
 * The number of prunes per interval. A sum has no value while one of its metrics has none, and the metric of a polled
 * queue exists since the deployment of the stack. So there is no data before the first deployment, and zero for each
 * later interval without a prune.
 */
function ticksSinceDeployed({ functions, events, pruneInterval: period }: Watched): IMetric {
  return new MathExpression({
    expression: 'FILL(ticks, 0) + 0 * deployed',
    usingMetrics: {
      ticks: functions.prune.metricInvocations(),
      deployed: events.metricApproximateNumberOfMessagesVisible(),
    },
    period,
    label: 'prunes that began',
  });
}

function ageOf(queue: Queue): IMetric {
  return queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM });
}

function createAlarm(
  scope: Construct,
  heading: string,
  { means, page, periods = 1, datapoints = periods, of, ...props }: Watch,
): Alarm {
  const name = of ? `${heading} (${of})` : heading;
  return new Alarm(scope, name.replaceAll(/\W+/g, ''), {
    alarmName: `${Stack.of(scope).stackName}: ${name}`,
    // The description is part of the e-mails, where links can be clicked.
    alarmDescription: [
      means,
      `Runbook: ${RUNBOOK}#${anchorOf(heading)}`,
      `Console: ${page}`,
      `Dashboard: ${consolePages(scope).dashboard()}`,
    ].join('\n'),
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // Metrics without events have no data.
    treatMissingData: TreatMissingData.NOT_BREACHING,
    evaluationPeriods: periods,
    datapointsToAlarm: datapoints,
    ...props,
  });
}

/** The anchor of a Markdown heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}
