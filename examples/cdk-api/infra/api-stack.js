import { CfnOutput, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';

/** A function with a public URL, and its table. Everything is named after the stack, because the deploy role has rights by name. */
export class ApiStack extends Stack {
  constructor(scope, id, { project, environment, isProduction, ...props }) {
    super(scope, id, props);
    const name = props.stackName;
    const table = new Table(this, 'Bookings', {
      tableName: name,
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: isProduction },
      removalPolicy: isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${name}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      roleName: name,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      permissionsBoundary: ManagedPolicy.fromManagedPolicyName(this, 'Boundary', 'app-cdk-boundary'),
    });
    // The boundary limits the role to the resources of the environment in its tags.
    Tags.of(role).add('project', project);
    Tags.of(role).add('environment', environment);
    logGroup.grantWrite(role);
    table.grantReadWriteData(role);
    const api = new lambda.Function(this, 'Api', {
      functionName: name,
      role,
      logGroup,
      runtime: lambda.Runtime.NODEJS_22_X,
      code: lambda.Code.fromAsset('src'),
      handler: 'index.handler',
      environment: { TABLE: table.tableName },
    });
    const { url } = api.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    new CfnOutput(this, 'Url', { value: url });
  }
}
