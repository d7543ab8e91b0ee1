import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, logicalIdOf } from './acknowledge.ts';

/** The API that the policies are for. */
export interface AccessProps {
  readonly http: HttpApi;
}

/** Managed policies for callers of the management API. Bough's own roles do not use them. */
export class Access extends Construct {
  /** Allows every route. */
  readonly administrator: ManagedPolicy;
  /** Allows every route that only reads. */
  readonly reader: ManagedPolicy;
  /** The prefix for custom policies, which append a method and a path: `…/GET/projects`. */
  readonly apiArn: string;

  constructor(scope: Construct, id: string, { http }: AccessProps) {
    super(scope, id);
    // A wildcard matches slashes too. A wildcard for the stage or the method would also match parts of the path:
    // `…/*/GET/*` would allow a reader to delete the environment of a branch named `GET/it`.
    this.apiArn = Stack.of(this).formatArn({
      service: 'execute-api',
      resource: http.apiId,
      resourceName: '$default',
    });
    // Do not change the descriptions: a new description replaces the policy and detaches it everywhere.
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
      [`AwsSolutions-IAM5[Resource::${stack}/*]`]: "The stack's id ends in a random part.",
    });
  }

  private mayInvoke(methodAndPath: string): PolicyStatement {
    return new PolicyStatement({
      sid: 'CallTheApi',
      actions: ['execute-api:Invoke'],
      resources: [`${this.apiArn}/${methodAndPath}`],
    });
  }

  /** Allows the command to read the API's URL from the stack's outputs. */
  private mayFindTheApi(): PolicyStatement {
    const stack = Stack.of(this);
    return new PolicyStatement({
      sid: 'FindTheApi',
      actions: ['cloudformation:DescribeStacks'],
      resources: [
        // A request by stack name is checked against the name, not against the stack's id.
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
