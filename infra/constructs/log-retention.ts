import { Aspects } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/** Sets the retention of every log group below a construct, also of groups that are added later. */
export function retainLogs(scope: IConstruct, days: number): void {
  Aspects.of(scope).add({
    visit(construct) {
      if (construct instanceof CfnLogGroup) construct.retentionInDays = days;
    },
  });
}
