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

/** The monitored resources and the receiver of alarms. */
export interface MonitoringProps {
  readonly watched: Watched;
  /** The e-mail address for alarms, if any. */
  readonly alarmEmail?: string | undefined;
}

/** Alarms, a dashboard and saved log queries for operators. */
export class Monitoring extends Construct {
  /** The topic of alarms; undefined without an e-mail address. */
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
    this.alarmTopic = alarmEmail ? this.notify(alarmEmail, alarms) : undefined;
  }

  private notify(email: string, alarms: readonly Alarm[]): Topic {
    const topic = new Topic(this, 'AlarmTopic', { displayName: 'Bough', enforceSSL: true });
    // A topic policy replaces the default one, which allows the account's alarms to publish.
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
      'Serverless-SNSRedrivePolicy': 'Alarms whose e-mail is rejected are still on the dashboard.',
    });
    const action = new SnsAction(topic);
    for (const alarm of alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    return topic;
  }
}
