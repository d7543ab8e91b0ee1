import { Stack } from 'aws-cdk-lib';
import type { Project } from 'aws-cdk-lib/aws-codebuild';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** The dashboard's name. Dashboards are global, so it contains the region. */
export function dashboardName(scope: Construct): string {
  const { stackName, region } = Stack.of(scope);
  return `${stackName}-${region}`;
}

/** URLs of AWS console pages, for the standard partition. */
export function consolePages(scope: Construct) {
  const { region, account } = Stack.of(scope);
  const console = `https://${region}.console.aws.amazon.com`;
  const cloudWatch = `${console}/cloudwatch/home?region=${region}`;
  return {
    dashboard: () => `${cloudWatch}#dashboards/dashboard/${dashboardName(scope)}`,
    log: ({ logGroup }: LambdaFunction) =>
      `${cloudWatch}#logsV2:log-groups/log-group/${logGroup.logGroupName}`,
    queue: ({ queueName }: Queue) =>
      `${console}/sqs/v3/home?region=${region}#/queues/https%3A%2F%2Fsqs.${region}.amazonaws.com%2F${account}%2F${queueName}`,
    builds: ({ projectName }: Project) =>
      `${console}/codesuite/codebuild/projects/${projectName}/history?region=${region}`,
    schedules: () => `${console}/scheduler/home?region=${region}#schedules`,
  };
}
