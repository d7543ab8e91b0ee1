import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, logicalIdOf } from './acknowledge.ts';

export interface AccessProps {
  readonly http: HttpApi;
}

/** Policies for people and programs that call the management API. Nothing of Bough's own has them. */
export class Access extends Construct {
  /** May call every route. */
  readonly administrator: ManagedPolicy;
  /** May call every route that only reads. */
  readonly reader: ManagedPolicy;
  /** A policy of one's own appends a method and a path to it: `…/GET/projects`. */
  readonly apiArn: string;

  constructor(scope: Construct, id: string, { http }: AccessProps) {
    super(scope, id);
    // A wildcard matches slashes too. For the stage or the method it would also stand for the beginning of a path,
    // and `…/*/GET/*` let a reader delete the environment of a branch that somebody named `GET/it`.
    this.apiArn = Stack.of(this).formatArn({
      service: 'execute-api',
      resource: http.apiId,
      resourceName: '$default',
    });
    // A description that is changed makes another policy, which nobody has.
    this.administrator = new ManagedPolicy(this, 'Administrator', {
      description: "Everything that Bough's management API can do, in every project",
      statements: [this.mayInvoke('*'), this.mayFindTheApi()],
    });
    this.reader = new ManagedPolicy(this, 'Reader', {
      description:
        "Everything that Bough's management API shows, in every project: also logs and the mirrored code",
      statements: [this.mayInvoke('GET/*'), this.mayFindTheApi()],
    });
    this.acknowledgeWildcards(http);
  }

  private acknowledgeWildcards(http: HttpApi): void {
    const arn = (service: string) => `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>`;
    const api = `${arn('execute-api')}:<${logicalIdOf(http)}>/$default`;
    const stack = `${arn('cloudformation')}:stack/${Stack.of(this).stackName}`;
    acknowledge(this, {
      [`AwsSolutions-IAM5[Resource::${api}/*]`]: 'An administrator may call every route.',
      [`AwsSolutions-IAM5[Resource::${api}/GET/*]`]: 'A reader may call every route that reads.',
      [`AwsSolutions-IAM5[Resource::${stack}/*]`]:
        "The stack's id ends in what nobody knows before it is there.",
    });
  }

  private mayInvoke(methodAndPath: string): PolicyStatement {
    return new PolicyStatement({
      sid: 'CallTheApi',
      actions: ['execute-api:Invoke'],
      resources: [`${this.apiArn}/${methodAndPath}`],
    });
  }

  /** The command reads the API's address from the stack's outputs. */
  private mayFindTheApi(): PolicyStatement {
    const stack = Stack.of(this);
    return new PolicyStatement({
      sid: 'FindTheApi',
      actions: ['cloudformation:DescribeStacks'],
      resources: [
        // Whoever asks by name is checked against the name, not against the stack's id.
        stack.formatArn({
          service: 'cloudformation',
          resource: 'stack',
          resourceName: `${stack.stackName}/*`,
          arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        }),
      ],
    });
  }
}
