import { Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledge } from '../constructs/acknowledge.ts';
import { createAlarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import { createQueries } from './queries.ts';
import { DELIVERIES, metricsNamespace, type Watched } from './watched.ts';

export interface MonitoringProps {
  readonly watched: Watched;
  /** Who is told of alarms; nobody when it is not set. */
  readonly alarmEmail?: string | undefined;
}

/** What operators see: alarms, a dashboard, saved queries over the logs. */
export class Monitoring extends Construct {
  /** Where alarms are told; undefined when nobody is. */
  readonly alarmTopic: Topic | undefined;

  constructor(scope: Construct, id: string, { watched, alarmEmail }: MonitoringProps) {
    super(scope, id);
    new MetricFilter(this, 'Deliveries', {
      logGroup: watched.functions.webhook.logGroup,
      filterPattern: FilterPattern.stringValue('$.message', '=', 'delivery *'),
      metricNamespace: metricsNamespace(this),
      metricName: DELIVERIES,
      dimensions: { result: '$.result' },
    });
    const alarms = createAlarms(new Construct(this, 'Alarms'), watched);
    createDashboard(this, watched, alarms);
    createQueries(new Construct(this, 'Queries'), watched);
    this.alarmTopic = alarmEmail ? this.tell(alarmEmail, alarms) : undefined;
  }

  private tell(email: string, alarms: readonly Alarm[]): Topic {
    const topic = new Topic(this, 'AlarmTopic', { displayName: 'Bough', enforceSSL: true });
    // A policy of its own takes the place of the one by which the account's alarms may publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    topic.addSubscription(new EmailSubscription(email));
    acknowledge(topic, {
      'Serverless-SNSRedrivePolicy': 'What a mail server refuses is still on the dashboard, as every alarm.',
    });
    const action = new SnsAction(topic);
    for (const alarm of alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    return topic;
  }
}
