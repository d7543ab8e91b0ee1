import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MetricName } from '../../shared/ports/metrics.ts';
import { type Json, readable, resourcesOf, synthesised } from './synthesised.ts';

const { json } = synthesised();
const alarms = Object.values(resourcesOf(json, 'AWS::CloudWatch::Alarm'));
const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');

/** The headings of the runbook's chapter on alarms. */
const headings = (runbook.split('\n## Alarms\n')[1]?.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('### '))
  .map((line) => line.slice(4));

const shown: Record<MetricName, true> = {
  Decisions: true,
  DecisionSeconds: true,
  Activities: true,
  ActivitySeconds: true,
  Deployments: true,
  DeploymentSeconds: true,
  MirrorBytes: true,
  MirrorSeconds: true,
  Prunes: true,
  HeldBack: true,
  BitbucketCalls: true,
  BitbucketThrottled: true,
};

/** `bough: Dead letters (events)` → `Dead letters` */
const headingOf = (alarm: Json) => /^bough: (.*?)(?: \(\w+\))?$/.exec(alarm['AlarmName'])?.[1];

const alarmNamed = (name: string, from = alarms): Json =>
  from.find(({ AlarmName }) => AlarmName.endsWith(`: ${name}`)) ?? expect.unreachable(`no alarm ${name}`);

/** A text with the region and account filled in. */
const descriptionOf = (alarm: Json) =>
  readable(json, alarm['AlarmDescription'])
    .replaceAll('AWS::Region', 'eu-central-1')
    .replaceAll('AWS::AccountId', '123456789012');

describe('an alarm', () => {
  it.each(alarms)('$AlarmName has its meaning and a link to its heading in the runbook', (alarm) => {
    const heading = headingOf(alarm) ?? '';

    expect(headings).toContain(heading);
    expect(descriptionOf(alarm)).toMatch(/^[A-Z].{30,}\.\nRunbook: docs\/runbook\.md#[a-z-]+\n/);
    expect(descriptionOf(alarm)).toContain(`#${heading.toLowerCase().replaceAll(' ', '-')}\n`);
  });

  it.each(alarms)('$AlarmName links to a console page and to the dashboard', (alarm) => {
    const home = 'https://eu-central-1.console.aws.amazon.com';

    const links = descriptionOf(alarm).split('\n').slice(2);

    expect(links).toEqual([
      expect.stringMatching(/^Console: https:\S+$/),
      `Dashboard: ${home}/cloudwatch/home?region=eu-central-1#dashboards/dashboard/bough-eu-central-1`,
    ]);
    for (const link of links) expect(link).toContain(`: ${home}/`);
  });

  it.each([
    ['The webhook fails', '#logsV2:log-groups/log-group/Webhook/FunctionLogs'],
    ['Events wait', '#logsV2:log-groups/log-group/Processor/FunctionLogs'],
    ['Activities wait', '#logsV2:log-groups/log-group/Activities/FunctionLogs'],
    ['Deployments fail', '/codesuite/codebuild/projects/Builder/Project/history'],
    ['The prune does not run', '/scheduler/home?region=eu-central-1#schedules'],
    ['The prune fails', '#logsV2:log-groups/log-group/Activities/FunctionLogs'],
    ['Functions fail (api)', '#logsV2:log-groups/log-group/Api/FunctionLogs'],
    [
      'Dead letters (prune)',
      '#/queues/https%3A%2F%2Fsqs.eu-central-1.amazonaws.com%2F123456789012%2FPrune/DeadLetters',
    ],
  ])('“%s” links to %s', (name, page) => {
    expect(descriptionOf(alarmNamed(name))).toContain(page);
  });

  it.each(alarms)('$AlarmName stays within the size limit of descriptions', (alarm) => {
    const longest = JSON.stringify(alarm['AlarmDescription']).replaceAll(
      /\{"(?:Ref|Fn::GetAtt)":.*?\}/g,
      `"${'x'.repeat(64)}"`,
    );

    expect(longest.length).toBeLessThanOrEqual(1024);
  });

  it.each(headings)('exists for the runbook’s “%s”', (heading) => {
    expect(alarms.map(headingOf)).toContain(heading);
  });

  it.each([
    ['Dead letters (events)', 'EventsQueueDeadLetters', 1],
    ['Dead letters (activities)', 'ActivitiesQueueDeadLetters', 1],
    ['Dead letters (prune)', 'Prune/DeadLetters', 1],
    ['Events wait', 'EventsQueue', 600],
    ['Activities wait', 'ActivitiesQueue', 1800],
    ['Functions fail (processor)', 'Processor/Function', 1],
    ['Functions fail (activities)', 'Activities/Function', 1],
    ['Functions fail (api)', 'Api/Function', 1],
    ['Functions fail (prune)', 'Prune/Function', 1],
  ])('“%s” observes %s with the threshold %i', (name, path, Threshold) => {
    const alarm = alarmNamed(name);

    expect(alarm['Dimensions'].map(({ Value }: Json) => readable(json, Value))).toEqual([path]);
    expect(alarm).toMatchObject({ Threshold, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
    expect(alarm).toMatchObject({ TreatMissingData: 'notBreaching' });
  });

  it.each([
    [1, 60],
    [10, 600],
    [1440, 86_400],
  ])(
    'goes off when the prune, due every %i minutes, has not begun three times',
    (pruneIntervalMinutes, Period) => {
      const often = Object.values(
        resourcesOf(synthesised({ pruneIntervalMinutes }).json, 'AWS::CloudWatch::Alarm'),
      );

      const alarm = alarmNamed('The prune does not run', often);

      expect(alarm).toMatchObject({
        EvaluationPeriods: 3,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
      });
      const [, ticks] = alarm['Metrics'];
      expect(ticks.MetricStat).toMatchObject({ Metric: { MetricName: 'Invocations' }, Period, Stat: 'Sum' });
    },
  );

  it.each([
    [1, 60],
    [10, 600],
    [1440, 86_400],
  ])(
    'goes off when prunes, due every %i minutes, have failed in three of four',
    (pruneIntervalMinutes, Period) => {
      const often = Object.values(
        resourcesOf(synthesised({ pruneIntervalMinutes }).json, 'AWS::CloudWatch::Alarm'),
      );

      const alarm = alarmNamed('The prune fails', often);
      expect(alarm).toMatchObject({ EvaluationPeriods: 4, DatapointsToAlarm: 3, Threshold: 1 });
      expect(alarm['Metrics']).toMatchObject([
        {
          MetricStat: {
            Metric: {
              MetricName: 'Prunes',
              Dimensions: [
                { Name: 'result', Value: 'failure' },
                { Name: 'service', Value: 'bough' },
              ],
            },
            Period,
          },
        },
      ]);
    },
  );

  it('has no data before the first deployment', () => {
    const { Metrics, TreatMissingData } = alarmNamed('The prune does not run');
    const [{ Expression }, ticks, deployed] = Metrics;

    // A metric of the queue, which has values since the deployment of the stack.
    expect(Expression).toBe('FILL(ticks, 0) + 0 * deployed');
    expect([ticks.Id, deployed.Id]).toEqual(['ticks', 'deployed']);
    expect(deployed.MetricStat.Metric).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
    });
    expect(readable(json, deployed.MetricStat.Metric.Dimensions[0].Value)).toBe('EventsQueue');
    expect(TreatMissingData).toBe('ignore');
  });

  it('counts failed builds only when none has succeeded', () => {
    const { Metrics, Threshold } = alarmNamed('Deployments fail');

    expect(Threshold).toBe(3);
    expect(Metrics[0].Expression).toBe('IF(FILL(succeeded, 0) == 0, FILL(failed, 0), 0)');
    expect(Metrics.slice(1).map(({ Id, MetricStat }: Json) => [Id, MetricStat.Metric.MetricName])).toEqual([
      ['failed', 'FailedBuilds'],
      ['succeeded', 'SucceededBuilds'],
    ]);
  });

  it('sends nothing without an e-mail address', () => {
    expect(resourcesOf(json, 'AWS::SNS::Topic')).toEqual({});
    expect(alarms.filter(({ AlarmActions }) => AlarmActions)).toEqual([]);
  });

  it('is e-mailed to the address of the settings when it starts and ends', () => {
    const { template, json: mailing } = synthesised({ alarmEmail: 'ops@example.com' });

    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    for (const alarm of Object.values(resourcesOf(mailing, 'AWS::CloudWatch::Alarm'))) {
      expect([...alarm['AlarmActions'], ...alarm['OKActions']].map((it) => readable(mailing, it))).toEqual([
        'Monitoring/AlarmTopic',
        'Monitoring/AlarmTopic',
      ]);
    }
  });

  it('can be published by this account’s alarms only, over TLS', () => {
    const { json: mailing } = synthesised({ alarmEmail: 'ops@example.com' });
    const [policy] = Object.values(resourcesOf(mailing, 'AWS::SNS::TopicPolicy'));

    expect(policy!['PolicyDocument'].Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });
});

describe('the dashboard', () => {
  const [dashboard] = Object.values(resourcesOf(json, 'AWS::CloudWatch::Dashboard'));
  const body = readable(json, dashboard!['DashboardBody']);
  const { widgets }: Json = JSON.parse(body);

  it('has the names of the stack and the region', () => {
    expect(dashboard?.['DashboardName']).toEqual({ 'Fn::Join': ['', ['bough-', { Ref: 'AWS::Region' }]] });
  });

  it('is in the order of the data flow', () => {
    const texts = widgets.flatMap(({ properties }: Json) => properties.markdown ?? []);

    expect(texts).toEqual([
      '## Deliveries and the webhook',
      '## Events and decisions',
      '## Activities',
      '## Deployments',
      '## The mirror and scheduled prunes',
      '## Functions',
      '## Dead letters and costs',
    ]);
  });

  it.each(Object.keys(shown))('shows the recorded metric %s', (name) => {
    expect(body).toMatch(new RegExp(`"Bough/bough","${name}"|MetricName=\\\\"${name}\\\\"`));
  });

  it('shows no metric that is not recorded', () => {
    const names = [...body.matchAll(/"Bough\/bough","(\w+)"|MetricName=\\"(\w+)\\"/g)];

    expect(new Set(names.map(([, shown, searched]) => shown ?? searched))).toEqual(
      new Set([...Object.keys(shown), 'Deliveries']),
    );
  });

  it('shows the cold starts of every function from Lambda’s logs', () => {
    const { properties } = widgets.find(({ type }: Json) => type === 'log');

    for (const path of ['Webhook', 'Processor', 'Activities', 'Prune', 'Api'])
      expect(properties.query).toContain(`SOURCE '${path}/FunctionLogs'`);
    expect(properties.query).toContain('count(@initDuration)');
  });

  it.each(['Mirror', 'Activities', 'Data', 'Sites'])('shows the size of the bucket %s', (bucket) => {
    expect(body).toContain(`"AWS/S3","BucketSizeBytes","BucketName","Storage/${bucket}"`);
  });

  it('shows metrics in the namespace of this stack', () => {
    for (const path of ['Processor', 'Activities']) {
      const { Variables } = resourcesOf(json, 'AWS::Lambda::Function')[`${path}/Function`]!['Environment'];
      expect(Variables.METRICS_NAMESPACE).toBe('Bough/bough');
    }
  });

  it('shows deliveries by result, from the webhook’s log', () => {
    const [filter] = Object.values(resourcesOf(json, 'AWS::Logs::MetricFilter'));

    expect(readable(json, filter!['LogGroupName'])).toBe('Webhook/FunctionLogs');
    expect(filter).toMatchObject({
      FilterPattern: '{ $.message = "delivery *" }',
      MetricTransformations: [
        {
          MetricNamespace: 'Bough/bough',
          MetricName: 'Deliveries',
          MetricValue: '1',
          Dimensions: [{ Key: 'result', Value: '$.result' }],
        },
      ],
    });
    for (const result of ['accepted', 'ignored', 'rejected', 'failed']) {
      expect(body).toContain(`"Bough/bough","Deliveries","result","${result}"`);
    }
  });

  it('shows every alarm', () => {
    const { properties } = widgets.find(({ type }: Json) => type === 'alarm');

    expect(properties.alarms).toHaveLength(alarms.length);
  });
});

describe('the saved queries', () => {
  const queries = Object.entries(resourcesOf(json, 'AWS::Logs::QueryDefinition'));

  it.each([
    ['One delivery, up to the activity that it made (set its id)', 'delivery', 'activity'],
    ['One activity, up to its build status (set its id)', 'activity', 'result'],
  ])('have *%s*: by %s, showing %s', (name, field, shows) => {
    const query = queries.find(([, { Name }]) => Name === `bough/${name}`)?.[1]?.['QueryString'];

    expect(query).toContain(`filter ${field} = "`);
    expect(query).toMatch(new RegExp(`^fields .*\\b${shows}\\b`));
  });

  it('are in the stack’s folder', () => {
    expect(queries.map(([, { Name }]) => Name.split('/')[0])).toEqual(queries.map(() => 'bough'));
  });

  it.each([...new Set(runbook.match(/(?<=\*)[A-Z][^*]+(?=\*)/g))].filter((it) => !headings.includes(it)))(
    'have *%s*, which the runbook names',
    (name) => {
      expect(queries.map(([, { Name }]) => Name)).toContain(`bough/${name}`);
    },
  );
});
