import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';

/** The VPC of the functions. */
export interface NetworkProps {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** If empty, the stack creates a group that allows all outbound and no inbound traffic. */
  readonly securityGroupIds: readonly string[];
}

/** The actions of Lambda on behalf of a function in a VPC. */
const INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** An existing VPC for functions that call a private Bitbucket. */
export class Network extends Construct {
  readonly securityGroupIds: readonly string[];
  private readonly subnetIds: readonly string[];

  // Uses low-level resources, because the CDK's VPC construct needs availability zones and route tables.
  constructor(scope: Construct, id: string, { vpcId, subnetIds, securityGroupIds }: NetworkProps) {
    super(scope, id);
    this.subnetIds = subnetIds;
    this.securityGroupIds =
      securityGroupIds.length > 0 ? securityGroupIds : [this.createSecurityGroup(vpcId).attrGroupId];
  }

  private createSecurityGroup(vpcId: string): CfnSecurityGroup {
    return new CfnSecurityGroup(this, 'SecurityGroup', {
      // Do not change the description: a new one replaces the group, and Bitbucket's rules refer to the old one.
      groupDescription: 'Bough: the functions that call Bitbucket',
      vpcId,
      securityGroupEgress: [{ ipProtocol: '-1', cidrIp: '0.0.0.0/0', description: 'Bitbucket and AWS' }],
    });
  }

  /** Puts a function into the VPC. */
  join(lambda: LambdaFunction): void {
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: INTERFACE_ACTIONS,
        resources: ['*'],
        // Only for Lambda itself: calls of the function's code have the function as their source.
        conditions: { Null: { 'lambda:SourceFunctionArn': 'true' } },
      }),
    );
    acknowledgeWildcard(lambda, '*', 'Lambda creates network interfaces and lists all of them.');
    for (const resource of lambda.node.children.filter(CfnFunction.isCfnFunction)) {
      resource.vpcConfig = { subnetIds: [...this.subnetIds], securityGroupIds: [...this.securityGroupIds] };
    }
  }
}
