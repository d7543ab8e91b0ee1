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
  /** Which of several, where the same may be wrong with several things. */
  readonly of?: string;
  /** What it means when this alarm goes off. */
  readonly means: string;
  /** The page of the console where one looks first. */
  readonly look: string;
  /** How many periods in a row, 1 unless said. */
  readonly periods?: number;
  /** In how many of these periods, all unless said. */
  readonly datapoints?: number;
}

/** Every alarm, in the order of the data. What each is called is its heading in the runbook. */
export function createAlarms(scope: Construct, watched: Watched): Alarm[] {
  const { functions, events, activities, failedPrunes, builder, pruneInterval } = watched;
  const pages = consolePages(scope);
  const watch = (heading: string, props: Watch) => createAlarm(scope, heading, props);
  return [
    watch('The webhook fails', {
      means: 'Deliveries from Bitbucket get a 5xx answer; what they told is found by the next prune.',
      look: pages.log(functions.webhook),
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
      means: 'The oldest event has waited for ten minutes: environments do not follow Bitbucket.',
      look: pages.log(functions.processor),
      metric: ageOf(events),
      threshold: 600,
    }),
    watch('Activities wait', {
      means: 'The oldest activity has waited for half an hour: nothing is deployed or taken down.',
      look: pages.log(functions.activities),
      metric: ageOf(activities),
      threshold: 1800,
    }),
    watch('Deployments fail', {
      means: 'Three builds and more have failed within an hour, and none has succeeded.',
      look: pages.builds(builder),
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
      means: 'Three scheduled prunes in a row have not begun: what deliveries miss is not found.',
      look: pages.schedules(),
      metric: ticksSinceDeployed(watched),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      periods: 3,
      treatMissingData: TreatMissingData.IGNORE,
    }),
    watch('The prune fails', {
      means: 'Three prunes in a row have failed for at least one integration.',
      look: pages.log(functions.activities),
      metric: recorded(scope, 'Prunes', { result: 'failure' }).with({ period: pruneInterval }),
      threshold: 1,
      // Prunes are spread over half of an interval: two may fall into one period and none into the next.
      periods: 4,
      datapoints: 3,
    }),
    watch('Deletions are held back', {
      means: 'A prune found more environments to delete than the limit allows, and deletes none of them.',
      look: pages.log(functions.activities),
      metric: recorded(scope, 'HeldBack').with({ period: pruneInterval, statistic: Stats.MAXIMUM }),
      threshold: 1,
      // Prunes are spread over half of an interval: none may fall into a period.
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
        means: `The function ${name} crashes or exceeds its time limit, again and again.`,
        look: pages.log(lambda),
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
        means: `Messages of ${name} were given up after every attempt; they are kept for two weeks.`,
        look: pages.queue(queue),
        metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
        threshold: 1,
      }),
    ),
  ];
}

/**
 * How often the prune began, in each of its intervals. A sum has no value where one of its metrics has none, and a
 * queue that Lambda polls has one for as long as there is the stack: so there is nothing before the first deployment
 * that could be taken for a prune that did not run, and zero for every interval without one after that.
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
  { means, look, periods = 1, datapoints = periods, of, ...props }: Watch,
): Alarm {
  const name = of ? `${heading} (${of})` : heading;
  return new Alarm(scope, name.replaceAll(/\W+/g, ''), {
    alarmName: `${Stack.of(scope).stackName}: ${name}`,
    // In mails too, where these can be clicked.
    alarmDescription: [
      means,
      `What to do: ${RUNBOOK}#${anchorOf(heading)}`,
      `Look: ${look}`,
      `Dashboard: ${consolePages(scope).dashboard()}`,
    ].join('\n'),
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // Metrics of what does not happen have no data.
    treatMissingData: TreatMissingData.NOT_BREACHING,
    evaluationPeriods: periods,
    datapointsToAlarm: datapoints,
    ...props,
  });
}

/** What a heading's anchor is called where Markdown is shown. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}
