import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';

export interface NetworkProps {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Without any, a group is made that lets everything out and nothing in. */
  readonly securityGroupIds: readonly string[];
}

/** What Lambda does on behalf of a function in a VPC. */
const INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** A VPC of the account, for functions whose calls must come from there. */
export class Network extends Construct {
  readonly securityGroupIds: readonly string[];
  private readonly subnetIds: readonly string[];

  // Built of plain resources, for the CDK's own VPC wants to know its zones and route tables.
  constructor(scope: Construct, id: string, { vpcId, subnetIds, securityGroupIds }: NetworkProps) {
    super(scope, id);
    this.subnetIds = subnetIds;
    this.securityGroupIds =
      securityGroupIds.length > 0 ? securityGroupIds : [this.createSecurityGroup(vpcId).attrGroupId];
  }

  private createSecurityGroup(vpcId: string): CfnSecurityGroup {
    return new CfnSecurityGroup(this, 'SecurityGroup', {
      // A description that is changed makes another group, which nobody admits.
      groupDescription: 'Bough: the functions that call Bitbucket',
      vpcId,
      securityGroupEgress: [{ ipProtocol: '-1', cidrIp: '0.0.0.0/0', description: 'Bitbucket and AWS' }],
    });
  }

  /** Has a function make its calls from the VPC. */
  join(lambda: LambdaFunction): void {
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: INTERFACE_ACTIONS,
        resources: ['*'],
        // Lambda itself only: a call that the function's code makes names the function as its source.
        conditions: { Null: { 'lambda:SourceFunctionArn': 'true' } },
      }),
    );
    acknowledgeWildcard(lambda, '*', 'Lambda makes network interfaces, and asks about all that there are.');
    for (const resource of lambda.node.children.filter(CfnFunction.isCfnFunction)) {
      resource.vpcConfig = { subnetIds: [...this.subnetIds], securityGroupIds: [...this.securityGroupIds] };
    }
  }
}
